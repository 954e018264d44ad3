-- Lean 4: `unsorry holes` finds each `sorry`.
inductive Num where
  | zero : Num
  | succ : Num → Num

def plus : Num → Num → Num
  | .zero, b => b
  | .succ a, b => .succ (plus a b)

theorem plus_zero (a : Num) : plus a .zero = a := by
  induction a with
  | zero => rfl
  | succ a ih => sorry

theorem and_swaps (p q : Prop) (h : p ∧ q) : q ∧ p :=
  sorry
