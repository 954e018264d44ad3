"""Shows goals false by small values, so that a search does not go on at them. Data, and which goals it is for.

After QuickCheck and its kin: what stands in a goal is replaced by values of its type, the premises and the conclusion
are computed, and a conclusion that cannot hold where the premises do is a proof of the goal's negation. Types get
values by their constructors, of a few sizes, with different values inside; a type variable becomes ``nat``, a function
one that gives back an argument, or the same value always.
"""

from __future__ import annotations

import re

from unsorry.provers.rocq.shape import Shape

REFUTE = "unsorry_refute"
"""Succeeds where the focused goal is false, once ``DEFINITION`` has been run; leaves the goal as it was."""

DEFINITION = f"""Ltac {REFUTE} :=
  let rec inner n := lazymatch n with
    | O => solve [constructor]
    | S ?m =>
      let less := lazymatch m with S ?k => k | _ => m end in
      first
      [ constructor 2; [> inner m | inner less ..] | constructor 2; [> ]
      | constructor 1; [> inner m | inner less ..] | solve [constructor] ]
    end in
  let value many := lazymatch goal with
    | |- Type => exact nat
    | |- Set => exact nat
    | |- _ -> _ => intro; (assumption + inner (S O))
    | |- _ => lazymatch many with
      | O => inner O + inner (S (S O))
      | S O => inner O + inner (S O) + inner (S (S (S O)))
      | _ => inner O + inner (S O) + inner (S (S O)) + (constructor; inner (S (S (S O))))
      end
    end in
  let rec refute many H := lazymatch type of H with
    | forall x : ?T, _ =>
      lazymatch type of T with
      | Prop =>
        let premise := fresh in
        assert (premise : T); [ vm_compute; solve [reflexivity | discriminate]
        | specialize (H premise); clear premise; refute many H ]
      | _ =>
        let v := fresh in
        simple refine (let v : T := _ in _); [ value many | specialize (H v); subst v; refute many H ]
      end
    | _ => vm_compute in H; discriminate H
    end in
  let try_on G :=
    let many := lazymatch G with
      | forall (_ : _) (_ : _) (_ : _) (_ : _) (_ : _), _ => O
      | forall (_ : _) (_ : _) (_ : _), _ => constr:(S O)
      | _ => constr:(S (S O))
      end in
    assert_succeeds (assert (G -> False); [ let H := fresh in intro H; once (refute many H) |]) in
  assert_succeeds (
    repeat match goal with H : _ |- _ => revert H end;
    lazymatch goal with |- ?G => try_on G end)."""
"""A sentence. It takes few values where there are many things to choose them for."""

_BEYOND = re.compile(r"\b(?:forall|exists|fix|fun)\b|->|[∀∃λ→]")


def computes(shape: Shape) -> bool:
    """Whether all premises of a goal may be found to hold by computing, so that it is worth an attempt."""
    return not any(_BEYOND.search(premise.type) for premise in shape.premises)
