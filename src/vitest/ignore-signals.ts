// The measuring process gets a terminal's Ctrl-C as well. It must live on to be cancelled by the main
// process, which takes down what was booted; when that one dies, so does this.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
