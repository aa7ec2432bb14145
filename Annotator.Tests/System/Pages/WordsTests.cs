using System.Text.Json;
using Annotator.Client.Operations;
using Annotator.Web.Labels;
using Annotator.Web.Requests;

namespace Annotator.Tests.WholeSystem.Pages;

public sealed class WordsTests
{
    [Theory]
    [InlineData("""[{"name":"cat"},{"name":"cat"}]""", "“cat” stands there twice")]
    [InlineData("""[{"name":" "}]""", "needs a name")]
    [InlineData("""[{"name":"cat","attributes":[{"name":"colour","input_type":"select","values":[]}]}]""", "“colour” of “cat” needs at least one choice")]
    [InlineData("[{", "line 1")]
    public void Raw_labels_that_cannot_be_saved_say_why(string text, string reason)
    {
        Assert.Null(LabelJson.Read(text, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_survive_the_constructor_and_the_raw_editor()
    {
        const string text = """[{"id":4,"name":"車","color":"#3cb44b","type":"polygon","attributes":[{"id":9,"name":"speed","mutable":true,"input_type":"number","default_value":"5","values":["0","200","5"]}]}]""";
        var labels = LabelJson.Read(text, out _)!;

        var back = LabelJson.Read(LabelJson.Write(labels.Select(label => LabelDraft.Of(label).ToLabel())), out _);

        Assert.Equivalent(labels, back, strict: true);
    }

    [Theory]
    [InlineData("job", "/jobs/9")]
    [InlineData("task", "/tasks/7?tab=next")]
    [InlineData("project", "/projects/3")]
    public void What_a_model_suggested_is_looked_through_where_it_looked(string target, string href) =>
        Assert.Equal(href, RequestWords.ReviewHref(new BackgroundRequest
        {
            Operation = new RequestOperation { Type = "autoannotate:task", Target = target, ProjectId = 3, TaskId = 7, JobId = 9 },
        }));

    [Fact]
    public void A_report_is_told_line_by_line_and_bare_figures_are_left_out()
    {
        var report = JsonDocument.Parse(
            """{"frames":12,"notes":["2 photos were turned"],"refused":[{"name":"a.jpg","reason":"ends after 1 KB"}],"lines":[{"message":"Ellipses became polygons","count":3,"places":["b.jpg"]}]}""");

        Assert.Equal(
            ["Ellipses became polygons: 3 (such as b.jpg)", "a.jpg: ends after 1 KB", "2 photos were turned"],
            RequestWords.ReportLines(report.RootElement));
    }

    [Fact]
    public void Time_left_follows_the_pace_so_far()
    {
        var started = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var request = new BackgroundRequest { Status = RequestStatuses.Started, StartedDate = started, Progress = 0.25 };

        Assert.Equal(TimeSpan.FromSeconds(30), RequestWords.TimeLeft(request, started.AddSeconds(10)));
        Assert.Null(RequestWords.TimeLeft(request with { Progress = 0 }, started.AddSeconds(10)));
    }
}
