using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>
/// Turns JSON objects into records. Given a current object, only the fields that are there change (an op's <c>set</c>), and
/// an unknown field is an error; without one, the contract's required fields must be there and unknown fields are passed over.
/// </summary>
internal sealed class AnnotationJsonReader(AnnotationErrors errors)
{
    private readonly JsonValues _values = new(errors);

    public int Integer(JsonElement value, string at, int least, int most) => _values.Integer(value, at, least, most);

    public IReadOnlyList<T> List<T>(JsonElement value, string at, int most, Func<JsonElement, string, T> read) => _values.List(value, at, most, read);

    public Tag Tag(JsonElement value, string at, Tag? current)
    {
        var tag = current ?? new Tag();
        var common = new Common(tag.Id, tag.Frame, tag.LabelId, tag.Group, tag.Source, tag.Attributes);
        foreach (var property in Properties(value, at, current is null ? ["frame", "label_id"] : []))
        {
            if (!TryReadCommon(property, at, current is not null, ref common))
            {
                RefuseUnknown(property, at, current is not null);
            }
        }

        return tag with
        {
            Id = common.Id, Frame = common.Frame, LabelId = common.LabelId, Group = common.Group, Source = common.Source,
            Attributes = common.Attributes,
        };
    }

    public Shape Shape(JsonElement value, string at, Shape? current)
    {
        var shape = current ?? new Shape();
        var common = new Common(shape.Id, shape.Frame, shape.LabelId, shape.Group, shape.Source, shape.Attributes);
        var geometry = new Geometry(shape.Kind, shape.Occluded, shape.Outside, shape.ZOrder, shape.Rotation, shape.Points);
        var score = shape.Score;
        var elements = shape.Elements;
        foreach (var property in Properties(value, at, current is null ? ["frame", "label_id", "type"] : []))
        {
            if (TryReadCommon(property, at, current is not null, ref common) || TryReadGeometry(property, at, ref geometry))
            {
                continue;
            }

            switch (property.Name)
            {
                case "score":
                    score = (float)_values.Number(property.Value, at + "/score", 0, 1);
                    break;
                case "elements":
                    elements = _values.List(property.Value, at + "/elements", AnnotationLimits.Elements, ShapeElement);
                    break;
                default:
                    RefuseUnknown(property, at, current is not null);
                    break;
            }
        }

        return shape with
        {
            Id = common.Id, Frame = common.Frame, LabelId = common.LabelId, Group = common.Group, Source = common.Source,
            Attributes = common.Attributes, Kind = geometry.Kind, Occluded = geometry.Occluded, Outside = geometry.Outside,
            ZOrder = geometry.ZOrder, Rotation = geometry.Rotation, Points = geometry.Points, Score = score, Elements = elements,
        };
    }

    public Track Track(JsonElement value, string at, Track? current)
    {
        var track = current ?? new Track();
        var common = new Common(track.Id, track.Frame, track.LabelId, track.Group, track.Source, track.Attributes);
        var keyframes = track.Keyframes;
        var elements = track.Elements;
        var interpolation = track.Interpolation;
        foreach (var property in Properties(value, at, current is null ? ["frame", "label_id", "shapes"] : []))
        {
            if (TryReadCommon(property, at, current is not null, ref common))
            {
                continue;
            }

            switch (property.Name)
            {
                case "shapes":
                    keyframes = _values.List(property.Value, at + "/shapes", AnnotationLimits.Keyframes, Keyframe);
                    break;
                case "elements":
                    elements = _values.List(property.Value, at + "/elements", AnnotationLimits.Elements, TrackElement);
                    break;
                case "interpolation":
                    interpolation = _values.Interpolation(property.Value, at + "/interpolation");
                    break;
                default:
                    RefuseUnknown(property, at, current is not null);
                    break;
            }
        }

        return track with
        {
            Id = common.Id, Frame = common.Frame, LabelId = common.LabelId, Group = common.Group, Source = common.Source,
            Attributes = common.Attributes, Keyframes = keyframes, Elements = elements, Interpolation = interpolation,
        };
    }

    public IReadOnlyList<ShapeElement> ShapeElements(JsonElement value) => _values.List(value, "", AnnotationLimits.Elements, ShapeElement);

    private ShapeElement ShapeElement(JsonElement value, string at)
    {
        var common = new Common(0, 0, 0, 0, default, AnnotationObject.EmptyAttributes);
        var geometry = new Geometry(default, false, false, 0, 0, []);
        foreach (var property in Properties(value, at, ["label_id", "type"]))
        {
            _ = TryReadCommon(property, at, false, ref common) || TryReadGeometry(property, at, ref geometry);
        }

        return new ShapeElement
        {
            Id = common.Id, LabelId = common.LabelId, Group = common.Group, Source = common.Source, Attributes = common.Attributes,
            Kind = geometry.Kind, Occluded = geometry.Occluded, Outside = geometry.Outside, ZOrder = geometry.ZOrder,
            Rotation = geometry.Rotation, Points = geometry.Points,
        };
    }

    private TrackElement TrackElement(JsonElement value, string at)
    {
        var common = new Common(0, 0, 0, 0, default, AnnotationObject.EmptyAttributes);
        IReadOnlyList<Keyframe> keyframes = [];
        foreach (var property in Properties(value, at, ["label_id", "shapes"]))
        {
            if (property.Name == "shapes")
            {
                keyframes = _values.List(property.Value, at + "/shapes", AnnotationLimits.Keyframes, Keyframe);
            }
            else
            {
                TryReadCommon(property, at, false, ref common);
            }
        }

        return new TrackElement
        {
            Id = common.Id, Frame = common.Frame, LabelId = common.LabelId, Group = common.Group, Source = common.Source,
            Attributes = common.Attributes, Keyframes = keyframes,
        };
    }

    private Keyframe Keyframe(JsonElement value, string at)
    {
        var common = new Common(0, 0, 0, 0, default, AnnotationObject.EmptyAttributes);
        var geometry = new Geometry(default, false, false, 0, 0, []);
        foreach (var property in Properties(value, at, ["frame", "type"]))
        {
            _ = TryReadGeometry(property, at, ref geometry)
                || (property.Name is "id" or "frame" or "attributes" && TryReadCommon(property, at, false, ref common));
        }

        return new Keyframe
        {
            Id = common.Id, Frame = common.Frame, Attributes = common.Attributes, Kind = geometry.Kind, Occluded = geometry.Occluded,
            Outside = geometry.Outside, ZOrder = geometry.ZOrder, Rotation = geometry.Rotation, Points = geometry.Points,
        };
    }

    private bool TryReadCommon(JsonProperty property, string at, bool patch, ref Common common)
    {
        var value = property.Value;
        switch (property.Name)
        {
            case "id" when !patch:
                common.Id = value.ValueKind == JsonValueKind.Null ? 0 : _values.Id(value, at + "/id");
                return true;
            case "frame":
                common.Frame = _values.Integer(value, at + "/frame", 0, int.MaxValue - 1);
                return true;
            case "label_id":
                common.LabelId = _values.Integer(value, at + "/label_id", 0, int.MaxValue);
                return true;
            case "group":
                common.Group = value.ValueKind == JsonValueKind.Null ? 0 : _values.Integer(value, at + "/group", 0, int.MaxValue);
                return true;
            case "source":
                common.Source = _values.Source(value, at + "/source");
                return true;
            case "attributes":
                common.Attributes = _values.Attributes(value, at + "/attributes");
                return true;
            default:
                return false;
        }
    }

    private bool TryReadGeometry(JsonProperty property, string at, ref Geometry geometry)
    {
        var value = property.Value;
        switch (property.Name)
        {
            case "type":
                geometry.Kind = _values.Kind(value, at + "/type");
                return true;
            case "occluded":
                geometry.Occluded = _values.Flag(value, at + "/occluded");
                return true;
            case "outside":
                geometry.Outside = _values.Flag(value, at + "/outside");
                return true;
            case "z_order":
                geometry.ZOrder = _values.Integer(value, at + "/z_order", int.MinValue, int.MaxValue);
                return true;
            case "rotation":
                geometry.Rotation = JsonValues.Normalized(_values.Number(value, at + "/rotation", -360_000, 360_000));
                return true;
            case "points":
                geometry.Points = _values.Numbers(value, at + "/points");
                return true;
            default:
                return false;
        }
    }

    private JsonElement.ObjectEnumerator Properties(JsonElement value, string at, string[] required)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(at, "type", "An object is expected.");
            return default;
        }

        foreach (var name in required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                errors.Add($"{at}/{name}", "required", $"{name} is required.");
            }
        }

        return value.EnumerateObject();
    }

    private void RefuseUnknown(JsonProperty property, string at, bool patch)
    {
        if (patch)
        {
            errors.Add($"{at}/{property.Name}", "unknown-field", $"{property.Name} cannot be set.");
        }
    }

    private record struct Common(
        long Id, int Frame, int LabelId, int Group, Formats.Model.AnnotationSource Source, IReadOnlyDictionary<int, string> Attributes);

    private record struct Geometry(
        Formats.Model.ShapeKind Kind, bool Occluded, bool Outside, int ZOrder, float Rotation, double[] Points);
}
