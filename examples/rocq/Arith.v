(* Natural numbers. Each [Admitted.] is a hole: run `unsorry fill` on this file. *)
Require Import Arith Lia.

Lemma zero_right (n : nat) : n + 0 = n.
Proof. Admitted.

Lemma between (n m : nat) : n < m -> exists k, n <= k /\ k < m.
Proof. Admitted.

Fixpoint double (n : nat) : nat :=
  match n with
  | 0 => 0
  | S n => S (S (double n))
  end.

Lemma double_is_twice (n : nat) : double n = n + n.
Proof. Admitted.

Lemma square_grows (n : nat) : n <= n * n.
Proof.
  destruct n as [| n].
  - admit.
  - simpl. admit.
Admitted.
