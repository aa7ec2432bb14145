using System.Collections.Frozen;
using System.Globalization;
using Annotator.Core.Projects;
using Annotator.Formats.Model;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>The labels that a job's objects may have, as they were when the request began.</summary>
public sealed class LabelSchema
{
    private readonly FrozenDictionary<int, SchemaLabel> _labels;

    /// <param name="labels">Labels of one project or task, sublabels among them or in <see cref="Label.Sublabels"/>.</param>
    public LabelSchema(IEnumerable<Label> labels)
    {
        var all = labels.SelectMany(label => label.Sublabels.Prepend(label)).DistinctBy(label => label.Id).ToList();
        _labels = all.ToFrozenDictionary(
            label => label.Id,
            label => new SchemaLabel(label, [.. all.Where(other => other.ParentId == label.Id).Select(other => other.Id)]));
    }

    public IEnumerable<SchemaLabel> Labels => _labels.Values;

    public SchemaLabel? Find(int labelId) => _labels.GetValueOrDefault(labelId);

    /// <summary>Loads the labels of the job's project, or of its task where that stands alone.</summary>
    internal static async Task<LabelSchema> LoadAsync(NpgsqlConnection connection, int jobId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT labels.id, labels.parent_id, labels.name, labels.type, a.id, a.name, a.mutable, a.input_type, a.default_value, a.values
            FROM jobs
            JOIN tasks ON tasks.id = jobs.task_id
            JOIN labels ON labels.task_id = tasks.id OR labels.project_id = tasks.project_id
            LEFT JOIN label_attributes a ON a.label_id = labels.id
            WHERE jobs.id = $1
            ORDER BY labels.id, a.id
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = jobId });
        var labels = new List<Label>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            AddRow(reader, labels);
        }

        return new LabelSchema(labels);
    }

    private static void AddRow(NpgsqlDataReader reader, List<Label> labels)
    {
        if (labels.Count == 0 || labels[^1].Id != reader.GetInt32(0))
        {
            labels.Add(new Label
            {
                Id = reader.GetInt32(0),
                ParentId = reader.IsDBNull(1) ? null : reader.GetInt32(1),
                Name = reader.GetString(2),
                Type = reader.GetString(3),
            });
        }

        if (!reader.IsDBNull(4))
        {
            labels[^1].Attributes.Add(new LabelAttribute
            {
                Id = reader.GetInt32(4),
                LabelId = labels[^1].Id,
                Name = reader.GetString(5),
                Mutable = reader.GetBoolean(6),
                InputType = (AttributeInputType)reader.GetInt16(7),
                DefaultValue = reader.GetString(8),
                Values = reader.GetFieldValue<string[]>(9),
            });
        }
    }
}

/// <summary>One label with what validation and storage ask of it.</summary>
public sealed class SchemaLabel
{
    internal SchemaLabel(Label label, IReadOnlyList<int> sublabels)
    {
        (Id, Name, Type, ParentId, Sublabels) = (label.Id, label.Name, label.Type, label.ParentId, sublabels);
        Attributes = label.Attributes.OrderBy(attribute => attribute.Id).ToDictionary(attribute => attribute.Id);
        Defaults = DefaultsOf(_ => true);
        ImmutableDefaults = DefaultsOf(attribute => !attribute.Mutable);
        MutableDefaults = DefaultsOf(attribute => attribute.Mutable);
    }

    public int Id { get; }
    public string Name { get; }
    public string Type { get; }

    /// <summary>The skeleton of which this is a node; null for a label of its own.</summary>
    public int? ParentId { get; }
    public IReadOnlyList<int> Sublabels { get; }
    public IReadOnlyDictionary<int, LabelAttribute> Attributes { get; }

    /// <summary>Every attribute with its default value: what a new tag or shape has.</summary>
    public IReadOnlyDictionary<int, string> Defaults { get; }
    public IReadOnlyDictionary<int, string> ImmutableDefaults { get; }
    public IReadOnlyDictionary<int, string> MutableDefaults { get; }

    public bool Allows(ShapeKind kind) => Type == Words.Of(kind) || (Type == "any" && kind != ShapeKind.Skeleton);

    public bool AllowsTags => Type is "any" or "tag";

    /// <summary>The given values, completed by the defaults; values of attributes that are gone are left out.</summary>
    public static IReadOnlyDictionary<int, string> Complete(IReadOnlyDictionary<int, string> defaults, IReadOnlyDictionary<int, string> given)
    {
        if (given.Count == 0 || defaults.Count == 0)
        {
            return defaults;
        }

        var complete = new Dictionary<int, string>(defaults);
        foreach (var (id, value) in given)
        {
            if (complete.ContainsKey(id))
            {
                complete[id] = value;
            }
        }

        return complete;
    }

    /// <summary>The value as it is stored, or the reason why the attribute cannot have it.</summary>
    public static (string Value, string? Error) Check(LabelAttribute attribute, string value)
    {
        if (value == attribute.DefaultValue)
        {
            return (value, null);
        }

        switch (attribute.InputType)
        {
            case AttributeInputType.Checkbox:
                var flag = value.ToLowerInvariant();
                return (flag, flag is "true" or "false" ? null : $"{attribute.Name} is true or false.");
            case AttributeInputType.Radio or AttributeInputType.Select:
                return (value, attribute.Values.Contains(value) ? null : $"{attribute.Name} is one of {string.Join(", ", attribute.Values)}.");
            case AttributeInputType.Number:
                return (value, IsInRange(attribute.Values, value) ? null : $"{attribute.Name} is a number from {attribute.Values.ElementAtOrDefault(0)} to {attribute.Values.ElementAtOrDefault(1)}.");
            case AttributeInputType.Text:
            default:
                return (value, null);
        }
    }

    private static bool IsInRange(string[] limits, string value) =>
        TryParse(value, out var number)
        && (!TryParse(limits.ElementAtOrDefault(0), out var least) || number >= least)
        && (!TryParse(limits.ElementAtOrDefault(1), out var most) || number <= most);

    private static bool TryParse(string? text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private Dictionary<int, string> DefaultsOf(Func<LabelAttribute, bool> which) =>
        Attributes.Values.Where(which).ToDictionary(attribute => attribute.Id, attribute => attribute.DefaultValue);
}
