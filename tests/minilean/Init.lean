prelude
set_option linter.all false

/-! A miniature in place of Lean's core library, for tests alone. The elaborators are built into `lean`, and look for
types and for kinds of syntax by their names; here are those that the tests need, and nothing of simplification,
arithmetic or automation. What must be as it is for the program's sake (names, order of constructors and of fields) is
as in Lean; all else is as short as it can be. -/

universe u v w

unsafe axiom lcErased : Type
unsafe axiom lcAny : Type
unsafe axiom lcVoid : Type
unsafe axiom lcProof {α : Prop} : α
unsafe axiom lcUnreachable {α : Sort u} : α

@[inline] def id {α : Sort u} (a : α) : α := a
@[reducible] def outParam (α : Sort u) : Sort u := α
@[reducible] def optParam (α : Sort u) (default : α) : Sort u := α
set_option checkBinderAnnotations false in
abbrev inferInstance {α : Sort u} [i : α] : α := i

set_option bootstrap.inductiveCheckResultingUniverse false in
inductive PUnit : Sort u where
  | unit : PUnit
abbrev Unit : Type := PUnit
@[match_pattern] abbrev Unit.unit : Unit := PUnit.unit
inductive True : Prop where
  | intro : True
inductive False : Prop
inductive Empty : Type
structure PLift (α : Sort u) : Type u where
  up ::
  down : α
theorem trivial : True := .intro
def Not (a : Prop) : Prop := a → False
@[macro_inline] def False.elim {C : Sort u} (h : False) : C := h.rec
class CoeFun (α : Sort u) (γ : outParam (α → Sort v)) where
  coe : (f : α) → γ f
@[macro_inline] def absurd {a : Prop} {b : Sort v} (h₁ : a) (h₂ : Not a) : b := False.rec (fun _ => b) (h₂ h₁)

inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a
@[match_pattern] def rfl {α : Sort u} {a : α} : Eq a a := Eq.refl a
abbrev Eq.ndrec.{u1, u2} {α : Sort u2} {a : α} {motive : α → Sort u1} (m : motive a) {b : α} (h : Eq a b) :
    motive b := h.rec m
theorem Eq.subst {α : Sort u} {motive : α → Prop} {a b : α} (h₁ : Eq a b) (h₂ : motive a) : motive b := Eq.ndrec h₂ h₁
theorem Eq.symm {α : Sort u} {a b : α} (h : Eq a b) : Eq b a := h.rec (Eq.refl a)
theorem Eq.trans {α : Sort u} {a b c : α} (h₁ : Eq a b) (h₂ : Eq b c) : Eq a c := h₂.rec h₁
theorem congrFun {α : Sort u} {β : α → Sort v} {f g : (x : α) → β x} (h : Eq f g) (a : α) :
    Eq (f a) (g a) := h.rec (Eq.refl (f a))
theorem congrArg {α : Sort u} {β : Sort v} {a b : α} (f : α → β) (h : Eq a b) : Eq (f a) (f b) := h.rec (Eq.refl (f a))
@[macro_inline] def cast {α β : Sort u} (h : Eq α β) (a : α) : β := h.rec a
@[macro_inline] def Eq.mp {α β : Sort u} (h : Eq α β) (a : α) : β := h.rec a
@[macro_inline] def Eq.mpr {α β : Sort u} (h : Eq α β) (b : β) : α := h.symm.rec b
inductive HEq : {α : Sort u} → α → {β : Sort u} → β → Prop where
  | refl {α : Sort u} (a : α) : HEq a a
theorem eq_of_heq {α : Sort u} {a a' : α} (h : HEq a a') : Eq a a' :=
  have aux : (α β : Sort u) → (a : α) → (b : β) → HEq a b → (h : Eq α β) → Eq (cast h a) b :=
    fun _ _ _ _ h₁ => h₁.rec (fun _ => rfl)
  aux α α a a' h rfl
theorem heq_of_eq {α : Sort u} {a a' : α} (h : Eq a a') : HEq a a' := h.rec (HEq.refl a)

structure And (a b : Prop) : Prop where
  intro ::
  left : a
  right : b
inductive Or (a b : Prop) : Prop where
  | inl (h : a) : Or a b
  | inr (h : b) : Or a b
structure Iff (a b : Prop) : Prop where
  intro ::
  mp : a → b
  mpr : b → a
inductive Exists {α : Sort u} (p : α → Prop) : Prop where
  | intro (w : α) (h : p w) : Exists p

structure Prod (α : Type u) (β : Type v) where
  mk ::
  fst : α
  snd : β
structure PProd (α : Sort u) (β : Sort v) where
  mk ::
  fst : α
  snd : β
structure PULift.{r, s} (α : Sort s) : Sort (max s 1 r) where
  up ::
  down : α
set_option genInjectivity false
set_option genCtorIdx false in
inductive Bool : Type where
  | false : Bool
  | true : Bool
export Bool (false true)
@[macro_inline] def cond {α : Sort u} (c : Bool) (x y : α) : α := Bool.rec y x c
set_option genCtorIdx false in
inductive Nat where
  | zero : Nat
  | succ (n : Nat) : Nat
structure ULift.{r, s} (α : Type s) : Type (max s r) where
  up ::
  down : α
@[inline] unsafe def unsafeCast {α : Sort u} {β : Sort v} (a : α) : β :=
  let same : Eq (ULift.{max u v} (PLift α)) (ULift.{max u v} (PLift β)) := lcProof
  PLift.down (ULift.down.{max u v} (cast same (ULift.up.{max u v} (PLift.up a))))
@[extern "lean_nat_add"] protected def Nat.add : Nat → Nat → Nat
  | n, .zero => n
  | n, .succ m => .succ (Nat.add n m)
@[extern "lean_nat_sub"] protected def Nat.sub : Nat → Nat → Nat
  | n, .zero => n
  | n, .succ m => Nat.rec .zero (fun k _ => k) (Nat.sub n m)
@[extern "lean_nat_mul"] protected def Nat.mul : Nat → Nat → Nat
  | _, .zero => .zero
  | n, .succ m => Nat.add (Nat.mul n m) n
@[extern "lean_nat_pow"] protected def Nat.pow (m : Nat) : Nat → Nat
  | .zero => .succ .zero
  | .succ n => Nat.mul (Nat.pow m n) m
@[extern "lean_nat_dec_eq"] def Nat.beq : Nat → Nat → Bool
  | .zero, .zero => .true
  | .succ n, .succ m => Nat.beq n m
  | _, _ => .false
@[extern "lean_nat_dec_le"] def Nat.ble : Nat → Nat → Bool
  | .zero, _ => .true
  | .succ _, .zero => .false
  | .succ n, .succ m => Nat.ble n m
class OfNat (α : Type u) (_ : Nat) where
  ofNat : α
@[default_instance] instance instOfNatNat (n : Nat) : OfNat Nat n := ⟨n⟩
structure PSigma {α : Sort u} (β : α → Sort v) where
  mk ::
  fst : α
  snd : β fst
inductive List (α : Type u) where
  | nil : List α
  | cons (head : α) (tail : List α) : List α
inductive Option (α : Type u) where
  | none : Option α
  | some (val : α) : Option α
set_option checkBinderAnnotations false
class inductive Decidable (p : Prop) where
  | isFalse (h : Not p) : Decidable p
  | isTrue (h : p) : Decidable p
@[macro_inline] def ite {α : Sort u} (c : Prop) [h : Decidable c] (t e : α) : α :=
  Decidable.rec (fun _ => e) (fun _ => t) h
@[macro_inline] def dite {α : Sort u} (c : Prop) [h : Decidable c] (t : c → α) (e : Not c → α) : α :=
  Decidable.rec e t h
class inductive Nonempty (α : Sort u) : Prop where
  | intro (val : α) : Nonempty α
class Inhabited (α : Sort u) where
  default : α
axiom propext {a b : Prop} : Iff a b → Eq a b
axiom Classical.choice {α : Sort u} : Nonempty α → α
@[extern "lean_sorry"] axiom sorryAx (α : Sort u) (synthetic : Bool) : α

theorem Bool.false_ne_true (h : Eq Bool.false Bool.true) : False :=
  @Eq.ndrec Bool Bool.false (fun b => cond b False True) True.intro Bool.true h
theorem Nat.eq_of_beq : (n m : Nat) → Eq (Nat.beq n m) .true → Eq n m
  | .zero, .zero, _ => rfl
  | .succ n, .succ m, h => congrArg Nat.succ (Nat.eq_of_beq n m h)
  | .zero, .succ _, h => False.elim (Bool.false_ne_true h)
  | .succ _, .zero, h => False.elim (Bool.false_ne_true h)
theorem Nat.beq_refl : (n : Nat) → Eq (Nat.beq n n) .true
  | .zero => rfl
  | .succ n => Nat.beq_refl n
theorem Nat.ne_of_beq (n m : Nat) (h : Eq (Nat.beq n m) .false) (e : Eq n m) : False :=
  have same : Eq (Nat.beq n n) .false := Eq.ndrec (motive := fun k => Eq (Nat.beq n k) .false) h e.symm
  Bool.false_ne_true (same.symm.trans (Nat.beq_refl n))
def Nat.decEq (n m : Nat) : Decidable (Eq n m) :=
  match h : Nat.beq n m with
  | .true => .isTrue (Nat.eq_of_beq n m h)
  | .false => .isFalse (Nat.ne_of_beq n m h)
instance (n m : Nat) : Decidable (Eq n m) := Nat.decEq n m
@[inline] def Function.const {α : Sort u} (β : Sort v) (a : α) : β → α := fun _ => a

class HAdd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAdd : α → β → γ
class Add (α : Type u) where
  add : α → α → α
instance instHAdd {α : Type u} [Add α] : HAdd α α α := ⟨Add.add⟩
instance instAddNat : Add Nat := ⟨Nat.add⟩

structure UInt8 where
  toNat : Nat
structure UInt32 where
  toNat : Nat
structure UInt64 where
  toNat : Nat
structure Char where
  val : UInt32
@[extern "lean_uint64_of_nat"] opaque UInt64.ofNat (n : Nat) : UInt64 := ⟨n⟩
structure Array (α : Type u) where
  mk ::
  toList : List α
@[extern "lean_mk_empty_array_with_capacity"] def Array.mkEmpty {α : Type u} (c : Nat) : Array α := ⟨.nil⟩
@[extern "lean_array_push"] opaque Array.push {α : Type u} (a : Array α) (v : α) : Array α := a
structure ByteArray where
  mk ::
  data : Array UInt8
structure String where
  ofByteArray ::
  toByteArray : ByteArray
@[extern "lean_string_hash"] opaque String.hash (s : String) : UInt64 := UInt64.ofNat 0
@[extern "lean_string_dec_eq"] opaque String.beq (a b : String) : Bool := .false
@[extern "lean_string_append"] opaque String.append (a b : String) : String := a
@[extern "lean_uint64_mix_hash"] opaque mixHash (a b : UInt64) : UInt64 := a
structure Substring.Raw where
  str : String
  startPos : Nat
  stopPos : Nat
structure String.Pos.Raw where
  byteIdx : Nat

namespace Lean
inductive Name where
  | anonymous : Name
  | str (pre : Name) (str : String)
  | num (pre : Name) (i : Nat)
with
  @[computed_field] hash : Name → UInt64
    | .anonymous => UInt64.ofNat 1723
    | .str p s => mixHash p.hash s.hash
    | .num p v => mixHash p.hash (UInt64.ofNat v)
abbrev Name.mkStr (p : Name) (s : String) : Name := .str p s
abbrev Name.mkNum (p : Name) (n : Nat) : Name := .num p n
abbrev Name.mkSimple (s : String) : Name := .str .anonymous s
abbrev Name.mkStr1 (a : String) : Name := .str .anonymous a
abbrev Name.mkStr2 (a b : String) : Name := .str (Name.mkStr1 a) b
abbrev Name.mkStr3 (a b c : String) : Name := .str (Name.mkStr2 a b) c
abbrev Name.mkStr4 (a b c d : String) : Name := .str (Name.mkStr3 a b c) d
abbrev Name.mkStr5 (a b c d e : String) : Name := .str (Name.mkStr4 a b c d) e

inductive SourceInfo where
  | original (leading : Substring.Raw) (pos : String.Pos.Raw) (trailing : Substring.Raw) (endPos : String.Pos.Raw)
  | synthetic (pos : String.Pos.Raw) (endPos : String.Pos.Raw) (canonical : Bool)
  | none
abbrev SyntaxNodeKind := Name
inductive Syntax.Preresolved where
  | namespace (ns : Name)
  | decl (n : Name) (fields : List String)
inductive Syntax where
  | missing : Syntax
  | node (info : SourceInfo) (kind : SyntaxNodeKind) (args : Array Syntax) : Syntax
  | atom (info : SourceInfo) (val : String) : Syntax
  | ident (info : SourceInfo) (rawVal : Substring.Raw) (val : Name) (preresolved : List Syntax.Preresolved) : Syntax
abbrev SyntaxNodeKinds := List SyntaxNodeKind
structure TSyntax (ks : SyntaxNodeKinds) where
  raw : Syntax
inductive ParserDescr where
  | const (name : Name)
  | unary (name : Name) (p : ParserDescr)
  | binary (name : Name) (p₁ p₂ : ParserDescr)
  | node (kind : SyntaxNodeKind) (prec : Nat) (p : ParserDescr)
  | trailingNode (kind : SyntaxNodeKind) (prec lhsPrec : Nat) (p : ParserDescr)
  | symbol (val : String)
  | nonReservedSymbol (val : String) (includeIdent : Bool)
  | cat (catName : Name) (rbp : Nat)
  | parser (declName : Name)
  | nodeWithAntiquot (name : String) (kind : SyntaxNodeKind) (p : ParserDescr)
  | sepBy (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool)
  | sepBy1 (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool)
abbrev TrailingParserDescr := ParserDescr
end Lean

namespace Lean.Macro
structure Context where
  methods : Unit
  mainModule : Name
  currMacroScope : Nat
  currRecDepth : Nat
  maxRecDepth : Nat
  ref : Syntax
inductive Exception where
  | error (ref : Syntax) (msg : String)
  | unsupportedSyntax
structure State where
  macroScope : Nat
  expandedMacroDecls : List Name
  traceMsgs : List (Prod Name String)
end Lean.Macro
inductive EStateM.Result (ε σ α : Type u) : Type u where
  | ok (a : α) (s : σ)
  | error (e : ε) (s : σ)
namespace Lean
abbrev MacroM (α : Type) := Macro.Context → Macro.State → EStateM.Result Macro.Exception Macro.State α
abbrev Macro := Syntax → MacroM Syntax
end Lean
instance : Inhabited Lean.Syntax := ⟨.missing⟩
@[extern "lean_array_get"] opaque Array.get!Internal {α : Type u} [Inhabited α] (a : @& Array α) (i : @& Nat) : α :=
  Inhabited.default

namespace Tests
open Lean

def children : Syntax → Array Syntax
  | .node _ _ args => args
  | _ => Array.mkEmpty 0
def child (stx : Syntax) (i : Nat) : Syntax := Array.get!Internal (children stx) i
def array1 (a : Syntax) : Array Syntax := (Array.mkEmpty 1).push a
def array2 (a b : Syntax) : Array Syntax := (array1 a).push b
def node (kind : Name) (args : Array Syntax) : Syntax := .node .none kind args
def name (n : Name) : Syntax := .ident .none ⟨"", 0, 0⟩ n .nil
def apply (f : Name) (args : Array Syntax) : Syntax :=
  node `Lean.Parser.Term.app (array2 (name f) (node `null args))
def exact (term : Syntax) : Syntax := node `Lean.Parser.Tactic.exact (array2 (.atom .none "exact") term)
def sequence (steps : Array Syntax) : Syntax :=
  node `Lean.Parser.Tactic.tacticSeq (array1 (node `Lean.Parser.Tactic.tacticSeq1Indented (array1 (node `null steps))))
def infix' (f : Name) : Macro := fun stx _ s => .ok (apply f (array2 (child stx 0) (child stx 2))) s
end Tests

syntax:50 (name := eqSyntax) term:51 " = " term:51 : term
syntax:35 (name := andSyntax) term:36 " ∧ " term:35 : term
syntax:30 (name := orSyntax) term:31 " ∨ " term:30 : term
syntax:20 (name := iffSyntax) term:21 " ↔ " term:21 : term
syntax:65 (name := addSyntax) term:65 " + " term:66 : term
syntax:1024 (name := notSyntax) "¬" term:40 : term
@[macro eqSyntax] def eqMacro : Lean.Macro := Tests.infix' `Eq
@[macro andSyntax] def andMacro : Lean.Macro := Tests.infix' `And
@[macro orSyntax] def orMacro : Lean.Macro := Tests.infix' `Or
@[macro iffSyntax] def iffMacro : Lean.Macro := Tests.infix' `Iff
@[macro addSyntax] def addMacro : Lean.Macro := Tests.infix' `HAdd.hAdd
@[macro notSyntax] def notMacro : Lean.Macro :=
  fun stx _ s => .ok (Tests.apply `Not (Tests.array1 (Tests.child stx 1))) s

syntax (name := Lean.Parser.Tactic.exact) "exact " term : tactic
syntax (name := Lean.Parser.Tactic.assumption) "assumption" : tactic
syntax (name := Lean.Parser.Tactic.constructor) "constructor" : tactic
syntax (name := Lean.Parser.Tactic.intro) "intro" many(ppSpace colGt term:1024) : tactic
syntax (name := Lean.Parser.Tactic.intros) "intros" many(ppSpace colGt ident) : tactic
syntax (name := Lean.Parser.Tactic.apply) "apply " term : tactic
syntax (name := Lean.Parser.Tactic.refine) "refine " term : tactic
syntax (name := Lean.Parser.Tactic.first) "first " withPosition(many1(ppDedent(ppLine) colGe "| " tacticSeq)) : tactic
syntax (name := Lean.Parser.Tactic.done) "done" : tactic
syntax (name := Lean.Parser.Tactic.skip) "skip" : tactic
syntax (name := Lean.Parser.Tactic.fail) "fail" optional(ppSpace str) : tactic
syntax (name := Lean.Parser.Tactic.traceMessage) "trace " str : tactic
syntax (name := Lean.Parser.Tactic.focus) "focus " tacticSeq : tactic
syntax (name := Lean.Parser.Tactic.allGoals) "all_goals " tacticSeq : tactic
syntax (name := Lean.Parser.Tactic.paren) "(" withoutPosition(tacticSeq) ")" : tactic
syntax (name := Lean.cdot) "· " withoutPosition(tacticSeq) : tactic
syntax (name := Lean.Parser.Tactic.tacticSorry) "sorry" : tactic
@[macro Lean.Parser.Tactic.tacticSorry] def sorryMacro : Lean.Macro := fun stx _ s =>
  .ok (Tests.exact (Tests.node `Lean.Parser.Term.sorry (Tests.children stx))) s
syntax (name := Lean.Parser.Tactic.tacticRfl) "rfl" : tactic
@[macro Lean.Parser.Tactic.tacticRfl] def rflMacro : Lean.Macro := fun stx _ s => .ok (Tests.exact (Tests.name `rfl)) s

namespace Lean.Parser.Tactic
syntax optConfig := many(colGt "+" ident)
syntax elimTarget := optional(atomic(ident " : ")) term
syntax inductionAltLHS := "| " group(optional("@") ident) many(colGt ident)
syntax inductionAlt := ppDedent(ppLine) many1(inductionAltLHS) optional(" => " tacticSeq)
syntax inductionAlts := " with" optional(ppSpace colGt tactic) withPosition(many(colGe inductionAlt))
syntax (name := induction) "induction " sepBy1(elimTarget, ", ") optional(" using " term)
  optional(" generalizing" many1(ppSpace colGt ident)) optional(inductionAlts) : tactic
syntax (name := cases) "cases " sepBy1(elimTarget, ", ") optional(" using " term) optional(inductionAlts) : tactic
syntax rwRule := optional("← ") term
syntax rwRuleSeq := " [" withoutPosition(sepBy(rwRule, ", ")) "]"
syntax (name := rewriteSeq) "rewrite" optConfig rwRuleSeq : tactic
syntax (name := exact?) "exact?" optConfig optional(" using " sepBy1(ident, ",")) : tactic
syntax (name := apply?) "apply?" optConfig optional(" using " sepBy1(ident, ",")) : tactic
syntax (name := attemptAll) "attempt_all " withPosition(many1(ppDedent(ppLine) colGe "| " tacticSeq)) : tactic
syntax (name := tryTraceWith) "try?" " => " tacticSeq : tactic
syntax (name := decide) "decide" optConfig : tactic
syntax (name := «tactic_<;>_») tactic:1 " <;> " tactic:2 : tactic
end Lean.Parser.Tactic
@[macro Lean.Parser.Tactic.«tactic_<;>_»] def thenMacro : Lean.Macro := fun stx _ s =>
  let all := Tests.node `Lean.Parser.Tactic.allGoals
    (Tests.array2 (.atom .none "all_goals") (Tests.sequence (Tests.array1 (Tests.child stx 2))))
  let both := Tests.sequence ((Tests.array2 (Tests.child stx 0) (.atom .none ";")).push all)
  .ok (Tests.node `Lean.Parser.Tactic.focus (Tests.array2 (.atom .none "focus") both)) s
