// Loaded into the local Slack before its own code (see local_slack.py).
// It keeps the page off the network, and ends the server when the program that started it is gone.
const serve = Bun.serve;
Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });

process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
