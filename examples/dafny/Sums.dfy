// Dafny: `unsorry holes` finds assumptions and lemmas without a body.
function Sum(n: nat): nat {
  if n == 0 then 0 else n + Sum(n - 1)
}

lemma SumIsTriangle(n: nat)
  ensures 2 * Sum(n) == n * (n + 1)

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
  assume forall i :: 0 <= i < a.Length ==> a[i] <= m;
}
