using Annotator.Core.Annotations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;

namespace Annotator.Tests.Unit.Annotations;

public sealed class AnnotationValidatorTests
{
    private static readonly Shape Box = new() { Frame = 3, LabelId = Schemas.Car, Kind = ShapeKind.Rectangle, Points = [1, 2, 3, 4] };

    [Fact]
    public void A_right_object_comes_back_with_the_defaults_of_its_label()
    {
        var (box, errors) = Check(Box with { Attributes = Values((Schemas.Parked, "TRUE")) });

        Assert.Empty(errors);
        Assert.Equal(Values((Schemas.Parked, "true"), (Schemas.Colour, "red"), (Schemas.Doors, "4")), box.Attributes);
    }

    public static TheoryData<AnnotationObject, string, string> Wrong => new()
    {
        { Box with { LabelId = 99 }, "/o/label_id", "unknown-label" },
        { Box with { LabelId = Schemas.Head }, "/o/label_id", "sublabel" },
        { Box with { LabelId = Schemas.Lane }, "/o/type", "type-not-allowed" },
        { Box with { Frame = 10 }, "/o/frame", "frame" },
        { Box with { Points = [1, 2, 3] }, "/o/points", "coordinate-count" },
        { Box with { Points = [1, 2, 3, double.NaN] }, "/o/points", "coordinate" },
        { Box with { Points = [1, 2, 3, 1e30] }, "/o/points", "coordinate" },
        { Box with { Kind = ShapeKind.Polygon }, "/o/points", "coordinate-count" },
        { Box with { Kind = ShapeKind.Polygon, Points = [1, 2, 3, 4, 5, 6, 7] }, "/o/points", "coordinate-count" },
        { Box with { Kind = ShapeKind.Cuboid }, "/o/points", "coordinate-count" },
        { Box with { Kind = ShapeKind.Mask, Points = [5, 0, 0, 1, 1] }, "/o/points", "mask" },
        { Box with { Kind = ShapeKind.Mask, Points = [1.5, 0, 0, 1, 1] }, "/o/points", "mask" },
        { Box with { Kind = ShapeKind.Mask, Points = [4, 1, 1, 0, 0] }, "/o/points", "mask" },
        { Box with { Kind = ShapeKind.Skeleton, Points = [] }, "/o/type", "type-not-allowed" },
        { Box with { Elements = [new ShapeElement()] }, "/o/elements", "elements" },
        { Box with { Attributes = Values((Schemas.Speed, "1")) }, "/o/attributes", "unknown-attribute" },
        { Box with { Attributes = Values((Schemas.Parked, "maybe")) }, "/o/attributes", "attribute-value" },
        { Box with { Attributes = Values((Schemas.Colour, "green")) }, "/o/attributes", "attribute-value" },
        { Box with { Attributes = Values((Schemas.Doors, "6")) }, "/o/attributes", "attribute-value" },
        { Box with { Attributes = Values((Schemas.Doors, "NaN")) }, "/o/attributes", "attribute-value" },
        { new Tag { LabelId = Schemas.Lane }, "/o/label_id", "type-not-allowed" },
        { Skeleton([]), "/o/elements", "elements" },
        { Skeleton([Node(Schemas.Car)]), "/o/elements/0/label_id", "unknown-label" },
        { Skeleton([Node(Schemas.Head), Node(Schemas.Head)]), "/o/elements/1/label_id", "duplicate-element" },
        { Skeleton([Node(Schemas.Head) with { Points = [1] }]), "/o/elements/0/points", "coordinate-count" },
        { new Track { LabelId = Schemas.Car }, "/o/shapes", "required" },
        { Moving(Key(1), Key(1)), "/o/shapes", "duplicate-keyframe" },
        { Moving(Key(1), Key(10)), "/o/shapes/1/frame", "frame" },
        { Moving(Key(1), Key(2) with { Kind = ShapeKind.Ellipse }), "/o/shapes/1/type", "mixed-types" },
        { Moving(Key(1) with { Kind = ShapeKind.Mask, Points = [1, 0, 0, 0, 0] }), "/o/shapes/0/type", "type-not-allowed" },
        { Moving(Key(1)) with { Attributes = Values((Schemas.Parked, "true")) }, "/o/attributes", "unknown-attribute" },
        { Moving(Key(1) with { Attributes = Values((Schemas.Colour, "blue")) }), "/o/shapes/0/attributes", "unknown-attribute" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_object_is_refused_with_the_place_and_the_reason(AnnotationObject annotation, string pointer, string code)
    {
        var (_, errors) = Check(annotation);
        Assert.Contains(errors, error => error.Pointer == pointer && error.Code == code);
    }

    [Fact]
    public void Keyframes_are_put_in_order_and_the_first_carries_every_changeable_attribute()
    {
        var (checkedTrack, errors) = Check(Moving(Key(7), Key(2)));

        var track = Assert.IsType<Track>(checkedTrack);
        Assert.Empty(errors);
        Assert.Equal([2, 7], track.Keyframes.Select(keyframe => keyframe.Frame));
        Assert.Equal(2, track.Frame);
        Assert.Equal(Values((Schemas.Parked, "false")), track.Keyframes[0].Attributes);
        Assert.Empty(track.Keyframes[1].Attributes);
        Assert.Equal(Values((Schemas.Colour, "red"), (Schemas.Doors, "4")), track.Attributes);
    }

    [Theory]
    [InlineData(new double[] { 3, 0, 0, 1, 1 }, new double[] { 4, 0, 0, 1, 1 })]
    [InlineData(new double[] { 1, 2, 0, 0, 1, 1 }, new double[] { 1, 2, 1, 0, 0, 1, 1 })]
    [InlineData(new double[] { 1, 3, 0, 0, 1, 1 }, new double[] { 1, 3, 0, 0, 1, 1 })]
    public void A_mask_that_ends_early_is_filled_up_with_background(double[] sent, double[] stored)
    {
        var (mask, errors) = Check(Box with { Kind = ShapeKind.Mask, Points = sent });
        Assert.Empty(errors);
        Assert.Equal(stored, ((Shape)mask).Points);
    }

    [Fact]
    public void An_object_whose_label_was_narrowed_since_can_still_be_moved()
    {
        var old = Box with { LabelId = Schemas.Lane, Frame = 99, Attributes = Values((Schemas.Doors, "77")) };
        var errors = new AnnotationErrors();
        new AnnotationValidator(Schemas.Street(), new FrameRange(0, 9), errors).Check(old with { Points = [5, 6, 7, 8] }, old, "/o");
        Assert.Equal(0, errors.Count);
    }

    private static (AnnotationObject Checked, IReadOnlyList<AnnotationError> Errors) Check(AnnotationObject annotation)
    {
        var errors = new AnnotationErrors();
        return (new AnnotationValidator(Schemas.Street(), new FrameRange(0, 9), errors).Check(annotation, null, "/o"), errors.All);
    }

    private static Dictionary<int, string> Values(params (int Id, string Value)[] values) => values.ToDictionary(pair => pair.Id, pair => pair.Value);

    private static Shape Skeleton(IReadOnlyList<ShapeElement> elements) => new() { LabelId = Schemas.Person, Kind = ShapeKind.Skeleton, Elements = elements };

    private static ShapeElement Node(int label) => new() { LabelId = label, Points = [1, 2] };

    private static Track Moving(params Keyframe[] keyframes) => new() { LabelId = Schemas.Car, Keyframes = keyframes };

    private static Keyframe Key(int frame) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [0, 0, frame, frame] };
}
