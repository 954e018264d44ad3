// Dafny: `unsorry holes` finds the assumption and the lemma without a body; `unsorry fill` also finds, and fills, what
// only Dafny can see is missing: an invariant of the loop.
function Sum(n: nat): nat {
  if n == 0 then 0 else n + Sum(n - 1)
}

lemma {:induction false} SumIsTriangle(n: nat)
  ensures 2 * Sum(n) == n * (n + 1)

lemma {:induction false} SumIsHalf(k: nat)
  ensures Sum(k) == k * (k + 1) / 2
{
  assume 2 * Sum(k) == k * (k + 1);
}

method Largest(a: array<int>) returns (m: int)
  requires a.Length > 0
  ensures forall i :: 0 <= i < a.Length ==> a[i] <= m
{
  m := a[0];
  var k := 0;
  while k < a.Length
    invariant 0 <= k <= a.Length
  {
    if a[k] > m { m := a[k]; }
    k := k + 1;
  }
}
