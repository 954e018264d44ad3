$( A small calculus of implication. Unsorry fills each "?" and Metamath checks the whole file. $)
$c ( ) -> wff |- $.
$v p q r $.
wp $f wff p $.
wq $f wff q $.
wr $f wff r $.
wi $a wff ( p -> q ) $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
ax-2 $a |- ( ( p -> ( q -> r ) ) -> ( ( p -> q ) -> ( p -> r ) ) ) $.
${
  min $e |- p $.
  maj $e |- ( p -> q ) $.
  ax-mp $a |- q $.
$}

$( What holds, holds under any condition. $)
${
  a1i.1 $e |- p $.
  a1i $p |- ( q -> p ) $= ? $.
$}

$( Everything implies itself. $)
id $p |- ( p -> p ) $= ? $.

$( Only the syntax of one step is missing. $)
wid $p wff ( p -> ( p -> p ) ) $= wp ? wi $.
