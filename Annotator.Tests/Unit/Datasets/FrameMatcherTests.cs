using Annotator.Core.Datasets;
using Annotator.Core.Media;

namespace Annotator.Tests.Unit.Datasets;

public sealed class FrameMatcherTests
{
    [Theory]
    [InlineData("street/a.jpg", 0)]
    [InlineData("street\\a.jpg", 0)]
    [InlineData("/street/a.jpg", 0)]
    [InlineData("street/a.png", 0)]
    [InlineData("street/a", 0)]
    [InlineData("STREET/A.JPG", 0)]
    [InlineData("export/images/street/a.jpg", 0)]
    [InlineData("park/a.jpg", 1)]
    [InlineData("b.c.jpg", 2)]
    [InlineData("b.c", 2)]
    [InlineData("b", null)]
    [InlineData("a.jpg", null)]
    [InlineData("images/b.c.png", 2)]
    [InlineData("only.jpg", 3)]
    [InlineData("7.jpg", null)]
    [InlineData("", null)]
    public void A_name_is_found_exactly_or_alike_and_never_by_guessing(string name, int? expected) =>
        Assert.Equal(expected, Matcher(video: false, "street/a.jpg", "park/a.jpg", "b.c.jpg", "deep/er/only.jpg").Find(name, 1));

    [Theory]
    [InlineData("frame_000010", null, 0)]
    [InlineData("frame_000012.PNG", null, 1)]
    [InlineData("whatever", 12, 1)]
    [InlineData("frame_000011", null, null)]
    public void Frames_of_a_video_are_found_by_their_number_in_the_source(string name, int? number, int? expected) =>
        Assert.Equal(expected, Matcher(video: true, "x", "y").Find(name, number));

    private static FrameMatcher Matcher(bool video, params string[] names) =>
        new(names.Select((name, number) => new Frame { Number = number, Name = name }), number => 10 + number * 2, video);
}
