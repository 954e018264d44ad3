-- Lists, and sums of types.
module Lists where

open import Agda.Builtin.List
open import Agda.Builtin.Equality

infixr 5 _++_

_++_ : {A : Set} → List A → List A → List A
[]       ++ ys = ys
(x ∷ xs) ++ ys = x ∷ (xs ++ ys)

cong : {A B : Set} {x y : A} (f : A → B) → x ≡ y → f x ≡ f y
cong f refl = refl

++-nil : {A : Set} (xs : List A) → xs ++ [] ≡ xs
++-nil []       = {! !}
++-nil (x ∷ xs) = {! !}

data _⊎_ (A B : Set) : Set where
  left  : A → A ⊎ B
  right : B → A ⊎ B

swap : {A B : Set} → A ⊎ B → B ⊎ A
swap (left a)  = ?
swap (right b) = ?
