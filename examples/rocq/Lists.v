(* Lists. A partial script may stand before its hole. *)
Require Import List Lia.
Import ListNotations.

Fixpoint each {A B : Type} (f : A -> B) (xs : list A) : list B :=
  match xs with
  | [] => []
  | x :: rest => f x :: each f rest
  end.

Lemma each_keeps_length (A B : Type) (f : A -> B) (xs : list A) :
  length (each f xs) = length xs.
Proof. Admitted.

Lemma each_append (A B : Type) (f : A -> B) (xs ys : list A) :
  each f (xs ++ ys) = each f xs ++ each f ys.
Proof.
  induction xs as [| x xs IH]; simpl.
  - admit.
  - admit.
Admitted.

Lemma append_lengths (A : Type) (xs ys : list A) :
  length (xs ++ ys) = length ys + length xs.
Proof. Admitted.
