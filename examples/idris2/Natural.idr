-- Idris 2: `unsorry fill` finds what each `?name` stands for.
module Natural

%default total

plusZero : (n : Nat) -> plus n Z = n
plusZero Z = Refl
plusZero (S k) = ?plusZero_step

flipPair : (a, b) -> (b, a)
flipPair (x, y) = ?flipPair_rhs
