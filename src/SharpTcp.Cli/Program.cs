using System;
using SharpTcp.Cli;

var up = new UpRunner(Console.Out, Console.Error);
var demo = new DemoRunner(Console.Out, Console.Error);
return await new SharpTcpCommandLine(up.RunAsync, demo.RunAsync).RunAsync(args, Console.Out, Console.Error);
