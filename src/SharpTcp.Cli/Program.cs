using System;
using System.Threading.Tasks;
using SharpTcp.Cli;

var commandLine = new SharpTcpCommandLine((_, _) => Task.FromResult(2), (_, _) => Task.FromResult(2));
return await commandLine.RunAsync(args, Console.Out, Console.Error);
