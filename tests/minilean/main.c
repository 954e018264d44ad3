/* Lean's command line is a function of its shared library; this is the program around it. */
extern int lean_main(int argc, char **argv);

int main(int argc, char **argv) { return lean_main(argc, argv); }
