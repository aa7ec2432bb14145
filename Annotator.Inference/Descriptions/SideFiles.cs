namespace Annotator.Inference.Descriptions;

/// <summary>What the files beside a model's ONNX files say of it, <c>model.json</c> apart.</summary>
public sealed record SideFiles
{
    private static readonly string[] _lists = ["classes.txt", "labels.txt", "names.txt", "class_names.txt", "label_list.txt", "label.txt", "class.txt", "synset.txt"];
    private static readonly string[] _datasets = ["data.yaml", "dataset.yaml", "data.yml", "dataset.yml"];
    private static readonly string[] _tables = ["classes.json", "labels.json", "names.json", "class_names.json", "id2label.json"];
    private static readonly string[] _letters = ["readme", "license", "licence", "notice", "copying", "changelog", "requirements", "version", "authors", "citation"];

    /// <summary>Names of classes from a list or a configuration; null for none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The file that <see cref="Labels"/> came from; empty for none.</summary>
    public string LabelsFile { get; init; } = "";
    public XAnyLabeling? XAnyLabeling { get; init; }
    public HuggingFaceConfig? Config { get; init; }

    /// <param name="names">Of all files that were uploaded, without folders.</param>
    /// <param name="text">Reads one of them.</param>
    /// <exception cref="ModelException"><c>labels-damaged</c> or <c>config-damaged</c>.</exception>
    public static SideFiles Read(IReadOnlyCollection<string> names, Func<string, string> text, InferenceLimits limits)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        var yaml = sorted.Where(name => Ending(name) is ".YAML" or ".YML").ToDictionary(name => name, text);
        var configuration = yaml.Values.FirstOrDefault(XAnyLabeling.Is) is { } found ? XAnyLabeling.Read(found, limits) : null;
        var side = new SideFiles
        {
            XAnyLabeling = configuration,
            Config = sorted.Contains("config.json") || sorted.Contains("preprocessor_config.json")
                ? HuggingFaceConfig.Read(sorted.Contains("config.json") ? text("config.json") : null, sorted.Contains("preprocessor_config.json") ? text("preprocessor_config.json") : null, limits)
                : null,
        };
        var file = sorted.Find(name => IsOneOf(name, _lists))
            ?? sorted.Find(name => Ending(name) == ".NAMES")
            ?? sorted.Find(name => IsOneOf(name, _datasets) || IsOneOf(name, _tables))
            ?? sorted.Find(name => Ending(name) == ".TXT" && !IsLetter(name))
            ?? yaml.FirstOrDefault(entry => !XAnyLabeling.Is(entry.Value) && NamesClasses(entry.Value)).Key;
        return file is not null ? side with { Labels = LabelFiles.Read(file, text(file), limits), LabelsFile = file }
            : configuration is { Classes.Count: > 0 } ? side with { Labels = configuration.Classes }
            : side;
    }

    private static bool IsOneOf(string name, string[] known) => known.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the text is for people: a licence beside a model names no classes.</summary>
    private static bool IsLetter(string name) => _letters.Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    private static bool NamesClasses(string yaml) =>
        yaml.Split('\n').Any(line => line.StartsWith("names:", StringComparison.Ordinal) || line.StartsWith("label_list:", StringComparison.Ordinal) || line.StartsWith("classes:", StringComparison.Ordinal));

    private static string Ending(string name) => Path.GetExtension(name).ToUpperInvariant();
}
