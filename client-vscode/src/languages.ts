/** The languages as the server has them; written by `make docs`. */

/** Language ids under which proof files are known, by their own extensions or by the server. */
export const LANGUAGES = [
  "lean4",
  "lean",
  "rocq",
  "coq",
  "agda",
  "lagda",
  "lagda-md",
  "lagda-tex",
  "lagda-rst",
  "idris2",
  "idris",
  "lidris2",
  "lidr",
  "dafny",
  "stellogen",
  "metamath",
  "mm",
];

/** Languages that share a suffix with proof files. */
export const OTHERS = [
  "verilog",
  "systemverilog",
  "v",
  "vlang",
  "objective-cpp",
  "objcpp",
];

/** Suffixes of proof files, without their dots. */
export const SUFFIXES = "lean,v,agda,lagda,lagda.md,lagda.tex,lagda.rst,idr,lidr,dfy,sg,mm";
