using Annotator.Inference.Processes;

// Started by InferenceProcess; speaks over its own standard input and output.
if (args is not [InferenceProgram.Argument])
{
    await Console.Error.WriteLineAsync("This program runs models for Annotator's worker and is started by it.");
    return 2;
}

await InferenceHost.RunAsync();
return 0;
