(* Propositional logic, with bullets and braces around the holes. *)

Lemma and_swaps (P Q : Prop) : P /\ Q -> Q /\ P.
Proof. Admitted.

Lemma or_swaps (P Q : Prop) : P \/ Q -> Q \/ P.
Proof.
  intros [p | q].
  - admit.
  - left. exact q.
Admitted.

Lemma not_not_excluded_middle (P : Prop) : ~ ~ (P \/ ~ P).
Proof. Admitted.

Lemma exists_swaps (A : Type) (P Q : A -> Prop) :
  (exists x, P x \/ Q x) <-> (exists x, P x) \/ (exists x, Q x).
Proof.
  split.
  { intros [x [p | q]].
    - left. admit.
    - right. exists x. exact q. }
  { admit. }
Admitted.
