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
            throw new ModelException("model-missing", "None of the files is an .onnx file.");
        }

        if (files.FirstOrDefault(file => file.Name == ModelDescription.FileName) is { } own)
        {
            return Described(ModelJson.Read(Text(folder, own), limits), models, folder);
        }

        var yaml = Sidecars(files, ".yaml", ".yml").Select(file => Text(folder, file)).ToList();
        var labels = Labels(folder, files, yaml);
        var config = HuggingFace(folder, files);
        var evidence = new List<ModelEvidence>();
        foreach (var model in models)
        {
            var path = folder.FileOf(model.Name);
            var file = OnnxFile.Read(path, limits);
            evidence.Add(new ModelEvidence { FileName = model.Name, File = file, Probe = await process.ProbeAsync(path, cancel), Labels = labels, Config = config });
        }

        var found = new ModelRecogniser(limits).Recognise(evidence);
        if (found.Best is null)
        {
            throw new ModelException("model-unknown", ModelRecogniser.Explain(evidence));
        }

        return yaml.Find(XAnyLabeling.Is) is { } text
            ? found with { Guesses = [.. found.Guesses.Select(guess => guess with { Description = XAnyLabeling.Read(text, limits).Over(guess.Description) })] }
            : found;
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

    private IReadOnlyList<string>? Labels(ModelFolder folder, IReadOnlyList<ModelFile> files, List<string> yaml)
    {
        var list = Sidecars(files, ".txt", ".names").FirstOrDefault()
            ?? files.FirstOrDefault(file => file.Name is "data.yaml" or "dataset.yaml");
        if (list is not null)
        {
            return LabelFiles.Read(list.Name, Text(folder, list), limits);
        }

        return yaml.Find(XAnyLabeling.Is) is { } text && XAnyLabeling.Read(text, limits).Classes is { Count: > 0 } classes ? classes : null;
    }

    private HuggingFaceConfig? HuggingFace(ModelFolder folder, IReadOnlyList<ModelFile> files)
    {
        var (config, preprocessor) = (files.FirstOrDefault(file => file.Name == "config.json"), files.FirstOrDefault(file => file.Name == "preprocessor_config.json"));
        return config is null && preprocessor is null ? null
            : HuggingFaceConfig.Read(config is null ? null : Text(folder, config), preprocessor is null ? null : Text(folder, preprocessor), limits);
    }

    private static IEnumerable<ModelFile> Sidecars(IReadOnlyList<ModelFile> files, params string[] endings) =>
        files.Where(file => endings.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase)).OrderBy(file => file.Name, StringComparer.Ordinal);

    private string Text(ModelFolder folder, ModelFile file) => file.ByteLength <= limits.MaxSidecarBytes
        ? File.ReadAllText(folder.FileOf(file.Name))
        : throw new ModelException("labels-damaged", $"{file.Name} has {file.ByteLength:N0} bytes; the limit for a text beside a model is {limits.MaxSidecarBytes:N0}.");
}
