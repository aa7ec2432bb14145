using Annotator.Cli;

return await AnnotatorCommand.RunAsync(args, CommandHost.OfProcess(), CancellationToken.None);
