-- Idris 2: `unsorry holes` finds each `?name`.
module Natural

%default total

plusZero : (n : Nat) -> plus n Z = n
plusZero Z = Refl
plusZero (S k) = ?plusZero_step

flipPair : (a, b) -> (b, a)
flipPair (x, y) = ?flipPair_rhs
