using System;
using SharpTcp.Cli;

var up = new UpRunner(Console.Out, Console.Error);
var demo = new DemoRunner(Console.Out, Console.Error);
var link = new CableRunner(Console.Out);
return await new SharpTcpCommandLine(up.RunAsync, demo.RunAsync, link.RunAsync).RunAsync(args, Console.Out, Console.Error);
