using System.Globalization;
using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>What a request says about ids.</summary>
public enum IdRule
{
    /// <summary>Ids are not looked at: create and replace, as older servers of the contract do.</summary>
    Ignored,

    /// <summary>An id is an error: create and replace, as newer servers of the contract do.</summary>
    Absent,

    /// <summary>Every object has one: delete.</summary>
    Required,

    /// <summary>An object without one is new: update.</summary>
    Optional,
}

/// <summary>
/// Reads annotations from the contract's JSON. Only the form is checked here: types, finite numbers, lengths. Whether a
/// label exists is the <see cref="AnnotationValidator"/>'s matter.
/// </summary>
public static class AnnotationJson
{
    /// <summary>How every body with annotations is parsed: no comments, no name twice in an object, bounded depth.</summary>
    public static JsonDocumentOptions DocumentOptions { get; } = new() { MaxDepth = AnnotationLimits.JsonDepth, AllowDuplicateProperties = false };

    /// <summary>
    /// Reads <c>{version, tags, shapes, tracks}</c>, object by object as it arrives. The revision is the version sent, 0 when there
    /// is none.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">The body is not JSON, or not annotations.</exception>
    public static async Task<JobAnnotations> ReadAsync(Stream body, IdRule ids, CancellationToken cancel)
    {
        var errors = new AnnotationErrors();
        var reader = new AnnotationJsonReader(errors);
        var (version, tags, shapes, tracks) = (0, new List<Tag>(), new List<Shape>(), new List<Track>());
        var stream = new AnnotationJsonStream((field, item, value) =>
        {
            var at = item < 0 ? "/" + field : string.Create(CultureInfo.InvariantCulture, $"/{field}/{item}");
            switch (field)
            {
                case "version" when item < 0:
                    version = reader.Integer(value, at, 0, int.MaxValue);
                    break;
                case "tags" when item >= 0:
                    tags.Add(WithId(reader.Tag(value, at, null), ids, at, errors));
                    break;
                case "shapes" when item >= 0:
                    shapes.Add(WithId(reader.Shape(value, at, null), ids, at, errors));
                    break;
                case "tracks" when item >= 0:
                    tracks.Add(WithId(reader.Track(value, at, null), ids, at, errors));
                    break;
                case "tags" or "shapes" or "tracks":
                    errors.Add(at, "type", "A list is expected.");
                    break;
                case "version":
                    errors.Add("/version", "type", "A whole number is expected.");
                    break;
                default:
                    // Newer clients of the contract send more, such as intervals of audio, which no job here can hold.
                    if (item == 0)
                    {
                        errors.Add("/" + field, "unknown-field", $"{field} cannot be stored here; tags, shapes and tracks can.");
                    }

                    break;
            }
        });
        try
        {
            await stream.ReadAsync(body, cancel);
        }
        catch (JsonException exception)
        {
            throw NotJson(exception);
        }

        if (!stream.IsObject)
        {
            errors.Add("", "type", "An object with tags, shapes and tracks is expected.");
        }

        errors.ThrowIfAny();
        return new JobAnnotations(version, tags, shapes, tracks);
    }

    /// <summary>Reads one object of an op.</summary>
    internal static AnnotationObject Read(AnnotationTable table, JsonElement value, string pointer, AnnotationErrors errors) =>
        Read(table, value, pointer, null, errors);

    /// <summary>Reads an object, or lays the fields that are there over <paramref name="current"/>.</summary>
    internal static AnnotationObject Read(AnnotationTable table, JsonElement value, string pointer, AnnotationObject? current, AnnotationErrors errors)
    {
        var reader = new AnnotationJsonReader(errors);
        return table switch
        {
            AnnotationTable.Tag => reader.Tag(value, pointer, (Tag?)current),
            AnnotationTable.Shape => reader.Shape(value, pointer, (Shape?)current),
            AnnotationTable.Track => reader.Track(value, pointer, (Track?)current),
            _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Not a table of annotations."),
        };
    }

    /// <exception cref="InvalidAnnotationsException">The body is not JSON.</exception>
    internal static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancel)
    {
        try
        {
            return await JsonDocument.ParseAsync(body, DocumentOptions, cancel);
        }
        catch (JsonException exception)
        {
            throw NotJson(exception);
        }
    }

    private static InvalidAnnotationsException NotJson(JsonException exception) =>
        new([new AnnotationError("", "json", $"The body is not valid JSON: {exception.Message}")]);

    private static T WithId<T>(T annotation, IdRule rule, string at, AnnotationErrors errors)
        where T : AnnotationObject
    {
        switch (rule)
        {
            case IdRule.Absent when annotation.Id != 0:
                errors.Add(at + "/id", "id-present", "id: must be absent.");
                break;
            case IdRule.Required when annotation.Id == 0:
                errors.Add(at + "/id", "required", "id: must be present and not null.");
                break;
            case IdRule.Ignored when annotation.Id != 0:
                return annotation with { Id = 0 };
            default:
                break;
        }

        return annotation;
    }
}
