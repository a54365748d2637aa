// Counts the lines and bytes of the input, and keeps them in /out/counts.txt.
//
// The input of a script is what follows the line __DATA__ behind it; see build.sh.
const lines = text().split("\n").length;
const size = bytes().byteLength;
print(`${lines} lines, ${size} bytes`);
write("counts.txt", `${lines} ${size}\n`);
