using Annotator.Cli;

return await AnnotatorCommand.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
