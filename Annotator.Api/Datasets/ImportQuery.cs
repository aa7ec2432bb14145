using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Core.Datasets;
using Annotator.Formats;

namespace Annotator.Api.Datasets;

/// <summary>What the query of an import asks for: the contract's parameters and ours.</summary>
/// <param name="Format">Null when the format shall be recognised.</param>
internal sealed record ImportQuery(DatasetFormat? Format)
{
    /// <summary>Our word for a format that is to be found in the content.</summary>
    public const string AnyFormat = "auto";

    private const int LongestMap = 10_000;

    public bool ConvertMasksToPolygons { get; private init; }
    public ImportMode Mode { get; private init; }
    public double Threshold { get; private init; } = 0.5;
    public FrameMatching Matching { get; private init; }
    public bool DryRun { get; private init; }
    public bool CreateLabels { get; private init; }
    public bool OneBased { get; private init; }
    public FrameNumbering FramesBy { get; private init; }
    public bool IntoTasks { get; private init; }

    /// <param name="kind">project, task or job.</param>
    public static (ImportQuery? Asked, IResult? Refused) Read(string kind, IQueryCollection query)
    {
        if (Word<ImportMode>(query["import_mode"]) is not { } mode)
        {
            return Refuse("import_mode", "Must be replace, append or merge.");
        }

        if (Word<FrameMatching>(query["match"]) is not { } matching)
        {
            return Refuse("match", "Must be automatic, path, name, stem or number.");
        }

        if (Word<FrameNumbering>(query["frames_by"]) is not { } framesBy)
        {
            return Refuse("frames_by", "Must be told, order or number.");
        }

        if (query["into"].ToString() is not ("" or "new" or "tasks") || (kind != "project" && query["into"].Count > 0))
        {
            return Refuse("into", "For projects only: new makes tasks of the file's images, tasks puts the annotations on the project's tasks.");
        }

        var threshold = query["iou_threshold"].ToString();
        if (threshold.Length > 0 && !(double.TryParse(threshold, NumberStyles.Float, CultureInfo.InvariantCulture, out var part) && part is > 0 and <= 1))
        {
            return Refuse("iou_threshold", "Must be a number above 0 and at most 1.");
        }

        var dryRun = Flag(query, "dry_run");
        var name = query["format"].ToString();
        var any = name == AnyFormat || (name.Length == 0 && dryRun);
        if (name.Length == 0 && !any)
        {
            return Refuse("format", "This parameter is required.");
        }

        var importer = any ? null : DatasetFormats.FindImporter(name);
        if (importer is null && !any)
        {
            return Refuse("format", $"\"{name}\" cannot be imported. Formats are {string.Join(", ", DatasetFormats.Importers.Select(known => known.Format.Name))}.");
        }

        return (new ImportQuery(importer?.Format)
        {
            ConvertMasksToPolygons = Flag(query, "conv_mask_to_poly"),
            Mode = mode,
            Threshold = threshold.Length > 0 ? double.Parse(threshold, CultureInfo.InvariantCulture) : 0.5,
            Matching = matching,
            DryRun = dryRun,
            CreateLabels = Flag(query, "create_labels"),
            OneBased = Flag(query, "one_based"),
            FramesBy = framesBy,
            IntoTasks = query["into"] == "tasks",
        }, null);
    }

    /// <summary>
    /// The body's <c>label_map</c>: for names of the file's labels a label that there is, or null to leave their objects out.
    /// </summary>
    public static (IReadOnlyDictionary<string, string?>? Map, IResult? Refused) ReadLabelMap(JsonObject fields)
    {
        var node = fields["label_map"];
        if (node is JsonValue text && text.TryGetValue(out string? json))
        {
            // A field of a form is a text.
            try
            {
                node = JsonNode.Parse(json);
            }
            catch (JsonException)
            {
                return (null, Problems.Invalid("label_map", "Must be a JSON object."));
            }
        }

        if (node is null)
        {
            return (new Dictionary<string, string?>(), null);
        }

        var map = new Dictionary<string, string?>();
        if (node is not JsonObject { Count: <= LongestMap } pairs)
        {
            return (null, Problems.Invalid("label_map", $"Must be an object of at most {LongestMap} names."));
        }

        foreach (var (name, value) in pairs)
        {
            string? target = null;
            if (value is not null && !(value is JsonValue word && word.TryGetValue(out target)))
            {
                return (null, Problems.Invalid("label_map", $"\"{name}\" must be the name of a label, or null."));
            }

            map[name] = target;
        }

        return (map, null);
    }

    private static bool Flag(IQueryCollection query, string name) => query[name].ToString().Equals("true", StringComparison.OrdinalIgnoreCase);

    private static T? Word<T>(string? word)
        where T : struct, Enum => string.IsNullOrEmpty(word)
            ? default(T)
            : Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word[0]) ? value : null;

    private static (ImportQuery? Asked, IResult? Refused) Refuse(string field, string message) => (null, Problems.Invalid(field, message));
}
