-- Natural numbers. Each ? and {! !} is a hole: run `unsorry fill` on this file.
module Natural where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

cong : {A B : Set} {x y : A} (f : A → B) → x ≡ y → f x ≡ f y
cong f refl = refl

sym : {A : Set} {x y : A} → x ≡ y → y ≡ x
sym p = ?

trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans p q = ?

two-and-two : 2 + 2 ≡ 4
two-and-two = ?

+-zero : (n : Nat) → n + 0 ≡ n
+-zero zero    = refl
+-zero (suc n) = {! cong suc !}

+-suc : (n m : Nat) → n + suc m ≡ suc (n + m)
+-suc n m = ?
