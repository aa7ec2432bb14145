using Annotator.Formats.Model;

namespace Annotator.Formats;

/// <summary>Says in a report what a format cannot hold, in the same words for all formats.</summary>
/// <param name="report">Where it is said.</param>
internal sealed class Losses(DatasetReport report)
{
    /// <summary>Less than this many degrees is no rotation.</summary>
    private const double RotationTolerance = 1e-5;

    public static bool IsTurned(DatasetShape shape) => Math.Min(shape.Rotation, 360 - shape.Rotation) > RotationTolerance;

    public static string Place(DatasetItem item, DatasetShape shape) => $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}";

    public void Tags(DatasetItem item)
    {
        if (item.Tags.Count > 0)
        {
            report.Loss("tag-not-held", "The format has no tags", item.Name, item.Tags.Count);
        }
    }

    public void TagAttributes(DatasetItem item)
    {
        foreach (var tag in item.Tags)
        {
            if (tag.Attributes.Count > 0)
            {
                report.Loss("attributes-not-held", "The format has no attributes", $"{item.Name}: tag {tag.Label}");
            }
        }
    }

    public void Kind(DatasetItem item, DatasetShape shape) =>
        report.Loss("kind-not-held", "The format cannot hold this kind of shape", Place(item, shape));

    public void Label(DatasetItem item, string label) =>
        report.Loss("label-unknown", "Objects of labels that the dataset does not have were left out", $"{item.Name}: {label}");

    /// <summary>The box was written without its rotation.</summary>
    public void Rotation(DatasetItem item, DatasetShape shape)
    {
        if (IsTurned(shape))
        {
            report.Loss("rotation-not-held", "Rotated boxes were written without their rotation", Place(item, shape));
        }
    }

    /// <summary>Tracks come apart into single shapes.</summary>
    public void Track(DatasetItem item, DatasetShape shape)
    {
        if (shape.TrackId is not null)
        {
            report.Loss("track-flattened", "The format has no tracks: each visible frame of a track became a shape of its own", Place(item, shape));
        }
    }

    /// <param name="held">Attributes that the format does hold.</param>
    public void Attributes(DatasetItem item, DatasetShape shape, params ReadOnlySpan<string> held)
    {
        if (shape.Attributes.Count == 0)
        {
            return;
        }

        var lost = shape.Attributes.Count;
        foreach (var name in held)
        {
            lost -= shape.Attributes.ContainsKey(name) ? 1 : 0;
        }

        if (lost > 0)
        {
            report.Loss("attributes-not-held", "The format has no attributes", Place(item, shape));
        }
    }

    public void Occluded(DatasetItem item, DatasetShape shape)
    {
        if (shape.Occluded)
        {
            report.Loss("occluded-not-held", "The format does not say what is occluded", Place(item, shape));
        }
    }

    public void Group(DatasetItem item, DatasetShape shape)
    {
        if (shape.Group != 0)
        {
            report.Loss("group-not-held", "The format has no groups", Place(item, shape));
        }
    }

    public void Order(DatasetItem item, DatasetShape shape)
    {
        if (shape.ZOrder != 0)
        {
            report.Loss("z-order-not-held", "The format has no painting order", Place(item, shape));
        }
    }

    /// <summary>All that a plain box or polygon of most formats cannot carry.</summary>
    public void Plain(DatasetItem item, DatasetShape shape)
    {
        Track(item, shape);
        Attributes(item, shape);
        Occluded(item, shape);
        Group(item, shape);
        Order(item, shape);
    }
}
