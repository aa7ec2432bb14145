using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Worker.Media;

namespace Annotator.Tests.Unit.Media;

public sealed class OrderingFiles
{
    private static readonly string[] Names = ["b/img10.jpg", "b/img2.jpg", "a.jpg", "b/img1.jpg"];

    [Theory]
    [InlineData("lexicographical", "a.jpg b/img1.jpg b/img10.jpg b/img2.jpg")]
    [InlineData("natural", "a.jpg b/img1.jpg b/img2.jpg b/img10.jpg")]
    [InlineData("predefined", "b/img10.jpg b/img2.jpg a.jpg b/img1.jpg")]
    public void Files_are_sorted_by_the_method_that_was_asked_for(string method, string expected)
    {
        Assert.Equal(expected, Arrange(new CreateTaskArguments { SortingMethod = method }));
    }

    [Fact]
    public void Predefined_order_follows_the_names_that_were_given()
    {
        var arguments = new CreateTaskArguments { SortingMethod = "predefined", FileOrder = ["b/img2.jpg", "a.jpg", "b/img1.jpg", "b/img10.jpg"] };

        Assert.Equal("b/img2.jpg a.jpg b/img1.jpg b/img10.jpg", Arrange(arguments));
    }

    [Fact]
    public void Random_order_is_the_same_in_every_run()
    {
        var arguments = new CreateTaskArguments { SortingMethod = "random" };

        Assert.Equal(Arrange(arguments), Arrange(arguments));
        Assert.Equal(Names.Order(), Arrange(arguments).Split(' ').Order());
    }

    [Theory]
    [InlineData(1, null, 1, "b/img1.jpg b/img2.jpg b/img10.jpg")]
    [InlineData(0, 2, 2, "a.jpg b/img2.jpg")]
    [InlineData(1, 99, 2, "b/img1.jpg b/img10.jpg")]
    public void Start_stop_and_step_choose_frames(int start, int? stop, int step, string expected)
    {
        Assert.Equal(expected, Arrange(new CreateTaskArguments { SortingMethod = "natural", StartFrame = start, StopFrame = stop, Step = step }));
    }

    [Theory]
    [InlineData(new[] { "a.jpg", "a.jpg" }, "twice")]
    [InlineData(new[] { "a.jpg", "b/img1.jpg", "b/img2.jpg", "b/img10.jpg", "c.jpg" }, "c.jpg")]
    [InlineData(new[] { "a.jpg", "b/img1.jpg", "b/img2.jpg" }, "b/img10.jpg")]
    public void An_order_that_does_not_fit_the_files_is_refused_by_name(string[] order, string named)
    {
        var error = Assert.Throws<OperationFailedException>(() => Arrange(new CreateTaskArguments { SortingMethod = "predefined", FileOrder = order }));

        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void A_start_behind_the_last_file_is_refused()
    {
        Assert.Throws<OperationFailedException>(() => Arrange(new CreateTaskArguments { StartFrame = 4 }));
    }

    [Theory]
    [InlineData("a2", "a10")]
    [InlineData("a02", "a10")]
    [InlineData("a", "a1")]
    [InlineData("a9999999999999999999999", "a10000000000000000000000")]
    public void Natural_order_counts_as_people_do(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
    }

    [Theory]
    [InlineData(1920, 1080, 36)]
    [InlineData(3840, 2160, 9)]
    [InlineData(7680, 4320, 2)]
    [InlineData(60, 40, 72)]
    public void A_chunk_holds_as_many_frames_as_their_size_allows(int width, int height, int expected)
    {
        Assert.Equal(expected, FrameIndex.ChunkSizeFor([new Frame { Width = 10, Height = 10 }, new Frame { Width = width, Height = height }]));
    }

    [Fact]
    public void Jobs_named_by_files_shrink_when_a_file_could_not_be_read()
    {
        var frames = new[] { "a", "c", "d" }.Select((name, number) => new Frame { Name = name, Number = number }).ToList();

        var jobs = JobSplit.Of(frames, 0, 0, [["a", "b"], ["x"], ["c", "d"]]);

        Assert.Equal([new FrameRange(0, 0), new FrameRange(1, 2)], jobs);
    }

    private static string Arrange(CreateTaskArguments arguments)
    {
        var date = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        var files = Names.Select((name, index) => new SourceFile(name, new Upload { CreatedDate = date.AddSeconds(index) }, null, 1)).ToList();
        return string.Join(' ', SourceOrder.Cut(SourceOrder.Arrange(files, arguments, 7), arguments).Select(file => file.Name));
    }
}
