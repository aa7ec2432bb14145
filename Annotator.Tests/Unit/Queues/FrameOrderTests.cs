using Annotator.Worker.Queues;

namespace Annotator.Tests.Unit.Queues;

/// <summary>The order of frames, on numbers on a line that stand for looks.</summary>
public sealed class FrameOrderTests
{
    private static readonly double[] _places = [0, 0.01, 0.5, 0.52, 1];

    [Fact]
    public void The_farthest_from_all_that_is_known_comes_first() =>
        Assert.Equal([(4, 1.0), (2, 0.5), (3, 0.02), (1, 0.01)], Order(known: [0]).Select(pick => (pick.Index, Math.Round(pick.Distance, 6))));

    [Fact]
    public void With_nothing_known_every_frame_is_in_the_order_once() => Assert.Equal([0, 1, 2, 3, 4], Order(known: []).Select(pick => pick.Index).Order());

    [Fact]
    public void Frames_that_look_alike_are_grouped_around_the_one_that_is_worked_on()
    {
        var groups = FrameOrder.Alike([(0, 0b0), (1, 0b11), (2, ulong.MaxValue), (3, 0b1), (4, 0xff00)], new HashSet<int> { 3 }, TestContext.Current.CancellationToken);

        var group = Assert.Single(groups);
        Assert.Equal(3, group.Frame);
        Assert.Equal([0, 1], group.Like);
    }

    [Fact]
    public void Vectors_of_one_direction_are_no_distance_apart_and_opposite_ones_the_whole()
    {
        Assert.Equal(0, FrameOrder.Between([0.6f, 0.8f], [0.6f, 0.8f]), 1e-6);
        Assert.Equal(1, FrameOrder.Between([0.6f, 0.8f], [-0.6f, -0.8f]), 1e-6);
        Assert.Equal(0.5, FrameOrder.Between([1f, 0], [0, 1f]), 1e-6);
        Assert.Equal(0.125, FrameOrder.Between(0UL, 0xffUL), 1e-6);
    }

    private static IReadOnlyList<(int Index, double Distance)> Order(int[] known) =>
        FrameOrder.FarthestFirst(_places.Length, (one, other) => Math.Abs(_places[one] - _places[other]), known, 100, TestContext.Current.CancellationToken);
}
