using System.Diagnostics;
using System.Text.Json;
using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Processes;
using Annotator.Inference.Recognition;
using Annotator.Media;

namespace Annotator.Worker.Models.Connectors;

/// <summary>Opens models that run elsewhere.</summary>
internal sealed class RemoteModels(RemoteCalls calls, ConnectorSecrets secrets, JpegMaker jpegs, InferenceLimits limits)
{
    private const int TrialSide = 320;

    /// <summary>What the model says of itself, and how it did with a trial picture.</summary>
    /// <param name="corrected">A person's description in place of the model's own; null to ask the model.</param>
    /// <exception cref="ModelException">It cannot be reached, or used.</exception>
    public async Task<(RecognisedModel Found, LoadedModel Loaded)> CheckAsync(AnnotationModel model, ModelDescription? corrected, CancellationToken cancel)
    {
        var protocol = ProtocolOf(model);
        var found = corrected is null ? await protocol.DescribeAsync(cancel) : new RecognisedModel([new Guess(corrected, 1, "As it was corrected by hand.", [])]);
        var description = found.Best!.Description;
        var grey = new byte[TrialSide * TrialSide * 3];
        Array.Fill(grey, (byte)128);
        var picture = new PixelImage(TrialSide, TrialSide, grey);
        await using var remote = new RemoteModel(protocol, description, jpegs);
        var start = Stopwatch.GetTimestamp();
        if (description.Task == ModelTask.Interactive)
        {
            var embedding = await remote.EncodeAsync("trial", picture, cancel);
            await remote.SegmentAsync(embedding, new Prompt { Points = [new PromptPoint(TrialSide / 2.0, TrialSide / 2.0, true)] }, cancel);
        }
        else
        {
            await remote.PredictAsync([picture], new PredictionOptions(), cancel);
        }

        return (found, Loaded(model, description, Stopwatch.GetElapsedTime(start)));
    }

    /// <summary>Ready to be asked; nothing is sent yet.</summary>
    /// <exception cref="ModelException">Its secret cannot be opened.</exception>
    public (IRunningModel Running, LoadedModel Loaded) Open(AnnotationModel model, ModelDescription description) =>
        (new RemoteModel(ProtocolOf(model), description, jpegs), Loaded(model, description, TimeSpan.Zero));

    private static LoadedModel Loaded(AnnotationModel model, ModelDescription description, TimeSpan run) =>
        new(description, "remote", $"It runs at {new Uri(ConnectorOf(model).Url).Authority}.", TimeSpan.Zero, run, run);

    private IRemoteProtocol ProtocolOf(AnnotationModel model)
    {
        var connector = ConnectorOf(model);
        var secret = model.SealedSecret is null ? null
            : secrets.Open(model.SealedSecret) ?? throw new ModelException("remote-secret", "The model's secret cannot be opened with this server's keys; enter it again.");
        return connector.Kind switch
        {
            ConnectorKinds.Nuclio => new NuclioFunction(connector, secret, calls, jpegs),
            ConnectorKinds.LabelStudio => new LabelStudioBackend(connector, secret, calls, jpegs),
            ConnectorKinds.KServe => new KServeModel(connector, secret, calls, limits),
            _ => throw new ModelException("remote-kind", $"\"{connector.Kind}\" is no kind of connector that is known."),
        };
    }

    private static ModelConnector ConnectorOf(AnnotationModel model) => JsonSerializer.Deserialize<ModelConnector>(model.Connector!, JsonSerializerOptions.Web)!;
}
