using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Annotator.Core.Projects;

namespace Annotator.Api.Labels;

internal sealed record AttributeRead(int Id, string Name, bool Mutable, string InputType, string DefaultValue, IReadOnlyList<string> Values);

internal sealed record SublabelRead(int Id, string Name, string Color, IReadOnlyList<AttributeRead> Attributes, string Type, bool HasParent);

/// <param name="Svg">Only for skeletons.</param>
internal sealed record LabelRead(
    int Id,
    string Name,
    string Color,
    IReadOnlyList<AttributeRead> Attributes,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Svg,
    IReadOnlyList<SublabelRead> Sublabels,
    int? ProjectId,
    int? TaskId,
    int? ParentId,
    bool HasParent);

/// <summary>An attribute as a client sends one; an id names one that exists.</summary>
internal sealed record AttributeRequest(int? Id, string? Name, bool? Mutable, string? InputType, string? DefaultValue, string[]? Values, bool? Deleted);

internal sealed record SublabelRequest(int? Id, string? Name, string? Color, AttributeRequest[]? Attributes, string? Type);

/// <summary>
/// A label as a client sends one, in a list of labels or alone. With an id it changes that label, and only in the fields that
/// are there; without one it makes a new label.
/// </summary>
internal sealed record LabelRequest(
    int? Id, string? Name, string? Color, AttributeRequest[]? Attributes, bool? Deleted, string? Type, string? Svg, SublabelRequest[]? Sublabels);

/// <summary>The columns behind <see cref="LabelRead"/>.</summary>
internal sealed record LabelRow(
    int Id,
    string Name,
    string Color,
    string Type,
    string Svg,
    int? ProjectId,
    int? TaskId,
    int? ParentId,
    List<AttributeRow> Attributes,
    List<SublabelRow> Sublabels)
{
    public static Expression<Func<Label, LabelRow>> Select { get; } = label => new LabelRow(
        label.Id,
        label.Name,
        label.Color,
        label.Type,
        label.Svg,
        label.ProjectId,
        label.TaskId,
        label.ParentId,
        label.Attributes.OrderBy(attribute => attribute.Id).Select(attribute => new AttributeRow(
            attribute.Id, attribute.Name, attribute.Mutable, attribute.InputType, attribute.DefaultValue, attribute.Values)).ToList(),
        label.Sublabels.OrderBy(sublabel => sublabel.Id).Select(sublabel => new SublabelRow(
            sublabel.Id,
            sublabel.Name,
            sublabel.Color,
            sublabel.Type,
            sublabel.Attributes.OrderBy(attribute => attribute.Id).Select(attribute => new AttributeRow(
                attribute.Id, attribute.Name, attribute.Mutable, attribute.InputType, attribute.DefaultValue, attribute.Values)).ToList())).ToList());

    public LabelRead Write() => new(
        Id,
        Name,
        Color,
        [.. Attributes.Select(attribute => attribute.Write())],
        Type,
        Type == "skeleton" ? SvgWithIds() : null,
        [.. Sublabels.Select(sublabel => new SublabelRead(
            sublabel.Id, sublabel.Name, sublabel.Color, [.. sublabel.Attributes.Select(attribute => attribute.Write())], sublabel.Type, HasParent: true))],
        ProjectId,
        TaskId,
        ParentId,
        HasParent: ParentId is not null);

    private string SvgWithIds()
    {
        if (Svg.Length == 0)
        {
            return "";
        }

        var ids = Sublabels.ToDictionary(sublabel => sublabel.Name, sublabel => sublabel.Id, StringComparer.Ordinal);
        return SkeletonDrawing
            .Parse(Svg, (name, id) => name ?? Sublabels.FirstOrDefault(sublabel => sublabel.Id.ToString(CultureInfo.InvariantCulture) == id)?.Name)
            .ToSvg(name => ids.TryGetValue(name, out var id) ? id : null);
    }
}

internal sealed record SublabelRow(int Id, string Name, string Color, string Type, List<AttributeRow> Attributes);

internal sealed record AttributeRow(int Id, string Name, bool Mutable, AttributeInputType InputType, string DefaultValue, string[] Values)
{
    public AttributeRead Write() => new(Id, Name, Mutable, AttributeRules.Word(InputType), DefaultValue, Values);
}
