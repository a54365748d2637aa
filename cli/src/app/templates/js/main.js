// Counts the lines and bytes of the input, and keeps them in /out/counts.txt.
//
// The input of a script is what follows the line __DATA__ behind it; see build.sh.
const lines = text().split("\n");
// What follows the last line break is a line too, where there is anything.
if (lines.at(-1) === "") lines.pop();
const size = bytes().byteLength;
print(`${lines.length} lines, ${size} bytes`);
write("counts.txt", `${lines.length} ${size}\n`);
