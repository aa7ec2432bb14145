using Annotator.Core.Annotations;
using Annotator.Formats.Model;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Annotator.Tests.Unit.Annotations;

/// <summary>What is packed comes out as it went in.</summary>
public sealed class CodecTests
{
    private static readonly ShapeKind[] Kinds = [ShapeKind.Rectangle, ShapeKind.Polygon, ShapeKind.Points, ShapeKind.Ellipse, ShapeKind.Skeleton];

    [Property(MaxTest = 300)]
    public Property Keyframes_come_back_from_their_bytes() => Prop.ForAll(
        Keyframes().ListOf().ToArbitrary(),
        keyframes => Text(KeyframeCodec.Decode(KeyframeCodec.Encode([.. keyframes], InterpolationMode.Cvat))) == Text(keyframes));

    [Property(MaxTest = 100)]
    public Property Nodes_of_a_skeleton_track_come_back_from_their_bytes() => Prop.ForAll(
        Keyframes().ListOf().ListOf().Where(elements => elements.Count > 0).ToArbitrary(),
        elements =>
        {
            var given = elements.Select((keyframes, index) => new TrackElement
            {
                Id = index * 1_000_000_007L, LabelId = index, Frame = index, Group = index % 3, Source = AnnotationSource.SemiAuto,
                Attributes = index % 2 == 0 ? AnnotationObject.EmptyAttributes : new Dictionary<int, string> { [index] = "é" },
                Keyframes = [.. keyframes],
            }).ToList();
            var read = KeyframeCodec.DecodeElements(KeyframeCodec.EncodeElements(given)!);
            return Text(read) == Text(given);
        });

    [Property(MaxTest = 200)]
    public bool Run_lengths_of_a_mask_come_back_exactly(NonNegativeInt[] numbers)
    {
        var points = numbers.Select(number => (double)number.Get).Append(int.MaxValue).ToArray();
        return PointsCodec.Decode(ShapeKind.Mask, PointsCodec.Encode(ShapeKind.Mask, points)).SequenceEqual(points);
    }

    [Property(MaxTest = 200)]
    public bool Coordinates_come_back_as_float32(float[] numbers)
    {
        var points = numbers.Where(float.IsFinite).Select(number => (double)number).ToArray();
        return PointsCodec.Decode(ShapeKind.Polygon, PointsCodec.Encode(ShapeKind.Polygon, points)).SequenceEqual(points);
    }

    [Theory]
    [InlineData(InterpolationMode.Cvat)]
    [InlineData(InterpolationMode.Aligned)]
    public void How_a_track_is_interpolated_is_kept_with_its_keyframes(InterpolationMode mode)
    {
        var bytes = KeyframeCodec.Encode([new Keyframe { Frame = 3, Kind = ShapeKind.Polygon, Points = [1, 2, 3, 4, 5, 6] }], mode);

        Assert.Equal(mode, KeyframeCodec.ModeOf(bytes));
        Assert.Equal(3, Assert.Single(KeyframeCodec.Decode(bytes)).Frame);
    }

    [Fact]
    public void A_box_keyframe_costs_eighteen_bytes()
    {
        var keyframes = Enumerable.Range(0, 1001).Select(i => new Keyframe { Frame = i, Kind = ShapeKind.Rectangle, Points = [i, i, i + 1, i + 1] }).ToList();
        var (one, thousand) = (KeyframeCodec.Encode(keyframes[..1], InterpolationMode.Cvat).Length, KeyframeCodec.Encode(keyframes, InterpolationMode.Cvat).Length);
        Assert.Equal(18_000, thousand - one - 1);
    }

    [Fact]
    public void Bytes_of_an_unknown_layout_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => KeyframeCodec.Decode([99, 0]));
        Assert.Throws<InvalidDataException>(() => KeyframeCodec.Decode([0xf1, 0]));
    }

    private static Gen<Keyframe> Keyframes() =>
        from frame in Gen.Choose(0, 1_000_000)
        from kind in Gen.Elements(Kinds)
        from flags in Gen.Choose(0, 15)
        from id in Gen.Elements(0L, 1L, 5_000L, long.MaxValue / 2)
        from zOrder in Gen.Elements(0, 1, -1, int.MinValue, int.MaxValue)
        from points in Gen.Choose(-4_000_000, 4_000_000).Select(number => (double)(number / 7f)).ListOf()
        from text in Gen.Elements("", "true", "señal \"x\"", new string('y', 4096))
        select new Keyframe
        {
            Frame = frame, Kind = kind, Occluded = (flags & 1) != 0, Outside = (flags & 2) != 0, Id = id, ZOrder = zOrder,
            Rotation = (flags & 4) != 0 ? 12.25f : 0, Points = [.. points],
            Attributes = (flags & 8) != 0 ? new Dictionary<int, string> { [frame] = text, [0] = "b" } : AnnotationObject.EmptyAttributes,
        };

    private static string Text(IEnumerable<Keyframe> keyframes) => string.Join('\n', keyframes.Select(keyframe =>
        $"{keyframe.Id} {keyframe.Frame} {keyframe.Kind} {keyframe.Occluded} {keyframe.Outside} {keyframe.ZOrder} {keyframe.Rotation} "
        + $"[{string.Join(' ', keyframe.Points)}] {Text(keyframe.Attributes)}"));

    private static string Text(IEnumerable<TrackElement> elements) => string.Join('\n', elements.Select(element =>
        $"{element.Id} {element.LabelId} {element.Frame} {element.Group} {element.Source} {Text(element.Attributes)}: {Text(element.Keyframes)}"));

    private static string Text(IReadOnlyDictionary<int, string> attributes) => string.Join(' ', attributes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"));
}
