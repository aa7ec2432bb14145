using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;

namespace Annotator.Tests.Unit.Inference;

public sealed class OverlapTests
{
    [Theory]
    [InlineData(0, 0, 0.99955)]
    [InlineData(10, 0, 0.70085)]
    [InlineData(0, 90, 0.55279)]
    [InlineData(1000, 0, 0)]
    public void Turned_boxes_overlap_by_the_published_figures(float shift, double degrees, double expected)
    {
        var (one, other) = (Turned(0, 0, 0), Turned(shift, 0, degrees));

        Assert.Equal(expected, RotatedOverlap.ProbIou(one, other), 5e-5);

        // Turned together by 30 degrees nothing changes.
        var (sin, cos) = Math.SinCos(Math.PI / 6);
        Assert.Equal(expected, RotatedOverlap.ProbIou(Turned(0, 0, 30), Turned((float)(shift * cos), (float)(shift * sin), degrees + 30)), 5e-5);
    }

    [Fact]
    public void The_weaker_of_two_overlapping_boxes_of_a_class_goes()
    {
        List<Candidate> boxes = [new(0, 0, 10, 10, 0.5f, 0, 0), new(1, 0, 11, 10, 0.9f, 0, 1), new(0, 0, 10, 10, 0.7f, 1, 2), new(50, 50, 60, 60, 0.6f, 0, 3)];

        Assert.Equal([1, 2, 3], Suppression.Apply([.. boxes], SuppressionMode.PerClass, 0.6, 300).Select(box => box.Row));
        Assert.Equal([1, 3], Suppression.Apply([.. boxes], SuppressionMode.Agnostic, 0.6, 300).Select(box => box.Row));
        Assert.Equal([1, 2], Suppression.Apply([.. boxes], SuppressionMode.None, 0.6, 2).Select(box => box.Row));
    }

    private static Candidate Turned(float x, float y, double degrees) => new(x - 20, y - 10, x + 20, y + 10, 1, 0, 0, (float)(degrees * Math.PI / 180));
}
