using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Processes;
using Annotator.Inference.Recognition;

namespace Annotator.Worker.Models;

/// <summary>Gathers all that is known of uploaded files, and has it recognised.</summary>
internal sealed class ModelReader(InferenceLimits limits)
{
    /// <exception cref="ModelException">No file is a model, one is refused, or nothing that is known has such inputs and outputs.</exception>
    public async Task<RecognisedModel> ReadAsync(ModelFolder folder, IReadOnlyList<ModelFile> files, InferenceProcess process, CancellationToken cancel)
    {
        var models = files.Where(file => Path.GetExtension(file.Name).Equals(".onnx", StringComparison.OrdinalIgnoreCase)).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        if (models.Count == 0)
        {
            throw new ModelException("model-missing", $"None of the files is an .onnx file: {string.Join(", ", files.Select(file => file.Name).Order(StringComparer.Ordinal).Take(5))}. Archives are not unpacked here, and models of other programs have to be exported to ONNX.");
        }

        if (files.FirstOrDefault(file => file.Name == ModelDescription.FileName) is { } own)
        {
            return Described(ModelJson.Read(Text(folder, own), limits), models, folder);
        }

        var side = SideFiles.Read([.. files.Select(file => file.Name)], name => Text(folder, files.First(file => file.Name == name)), limits);
        var evidence = new List<ModelEvidence>();
        foreach (var model in models)
        {
            var path = folder.FileOf(model.Name);
            var file = OnnxFile.Read(path, limits);
            evidence.Add(new ModelEvidence { FileName = model.Name, File = file, Probe = await process.ProbeAsync(path, cancel), Labels = side.Labels, LabelsFile = side.LabelsFile, Config = side.Config, Kind = side.XAnyLabeling?.Type ?? "" });
        }

        var found = new ModelRecogniser(limits).Recognise(evidence);
        if (found.Best is null)
        {
            throw new ModelException("model-unknown", ModelRecogniser.Explain(evidence));
        }

        return side.XAnyLabeling is { } configuration ? found.With(configuration.Over) : found;
    }

    private RecognisedModel Described(ModelDescription description, List<ModelFile> models, ModelFolder folder)
    {
        if (description.Files.Model is null && description.Files.Encoder is null && models.Count == 1)
        {
            description = description with { Files = description.Files with { Model = models[0].Name } };
        }

        foreach (var model in models)
        {
            var file = OnnxFile.Read(folder.FileOf(model.Name), limits);
            if (model.Name == description.Files.Model && DescriptionRules.Violations(description, file) is [var first, ..])
            {
                throw new ModelException("description-invalid", $"{ModelDescription.FileName} does not fit the model: {first}");
            }
        }

        return new RecognisedModel([new Guess(description, 1, $"As {ModelDescription.FileName} says.", [])]);
    }

    private string Text(ModelFolder folder, ModelFile file) => file.ByteLength <= limits.MaxSidecarBytes
        ? LabelFiles.Decode(file.Name, File.ReadAllBytes(folder.FileOf(file.Name)))
        : throw new ModelException("labels-damaged", $"{file.Name} has {file.ByteLength:N0} bytes; the limit for a text beside a model is {limits.MaxSidecarBytes:N0}.");
}
