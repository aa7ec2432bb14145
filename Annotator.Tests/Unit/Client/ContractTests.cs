using System.Net;
using Annotator.Client;
using Annotator.Client.Annotations;
using Annotator.Client.Operations;
using Annotator.Client.Projects;
using Annotator.Client.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Annotator.Tests.Unit.Client;

public sealed class ContractTests
{
    [Fact]
    public async Task A_list_names_page_filters_and_order_and_leaves_empty_ones_out()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.OK, """{"count":1,"next":null,"previous":null,"results":[{"id":3,"state":"in progress","frame_count":5}]}""");

        var page = await server.Client().Jobs.ListAsync(
            new ListQuery { Page = 2, PageSize = 50, Search = "a&b", Sort = "-id", Where = new Dictionary<string, string?> { ["state"] = "in progress", ["stage"] = null } },
            Cancel);

        Assert.Equal("/api/jobs?page=2&page_size=50&search=a%26b&sort=-id&state=in%20progress", server.Requests[0].Path);
        Assert.Equal(5, Assert.Single(page.Results).FrameCount);
    }

    [Fact]
    public async Task A_change_sends_exactly_what_it_names_and_a_null_too()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.OK, """{"id":3}""");

        await server.Client().Jobs.UpdateAsync(3, new Dictionary<string, object?> { ["assignee"] = null }, Cancel);

        Assert.Equal(("PATCH", "/api/jobs/3", """{"assignee":null}"""), (server.Requests[0].Method, server.Requests[0].Path, server.Requests[0].Text));
    }

    [Fact]
    public async Task A_new_task_leaves_out_what_it_does_not_say()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.Created, """{"id":9,"name":"Cats"}""");

        var task = await server.Client().Tasks.CreateAsync(new NewTask { Name = "Cats", SegmentSize = 100 }, Cancel);

        Assert.Equal("""{"name":"Cats","segment_size":100}""", server.Requests[0].Text);
        Assert.Equal(9, task.Id);
    }

    [Fact]
    public async Task A_new_label_has_no_id_and_a_kept_one_has()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.OK, """{"id":1}""");

        await server.Client().Projects.UpdateAsync(
            1, new Dictionary<string, object?> { ["labels"] = new Label[] { new() { Id = 4, Name = "cat", Deleted = true }, new() { Name = "dog" } } }, Cancel);

        Assert.Equal(
            """{"labels":[{"id":4,"name":"cat","color":"","type":"any","attributes":[],"deleted":true},{"name":"dog","color":"","type":"any","attributes":[]}]}""",
            server.Requests[0].Text);
    }

    [Fact]
    public async Task All_labels_are_read_however_many_pages_they_fill()
    {
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.OK, """{"count":2,"next":"http://server.test/api/labels?page=2","previous":null,"results":[{"id":1,"name":"cat"}]}""")
            .Answer(HttpStatusCode.OK, """{"count":2,"next":null,"previous":null,"results":[{"id":2,"name":"dog"}]}""");

        var labels = await server.Client().Labels.OfTaskAsync(7, Cancel);

        Assert.Equal(["cat", "dog"], labels.Select(label => label.Name));
    }

    [Fact]
    public async Task Annotations_come_back_as_they_were_sent()
    {
        var data = new LabeledData
        {
            Shapes = [new LabeledShape { Id = 5_000_000_000, Type = "polygon", Frame = 3, LabelId = 1, Points = [0.25, 1.5, 10], Attributes = [new(2, "red")] }],
        };
        using var server = new ScriptedServer().Answer(seen => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(seen.Text) });

        var back = await server.Client().Annotations.ChangeJobAsync(8, AnnotationAction.Update, data, Cancel);

        Assert.Equal("/api/jobs/8/annotations/?action=update", server.Requests[0].Path);
        Assert.Equivalent(data, back, strict: true);
    }

    [Fact]
    public async Task Sign_in_returns_the_cookies_for_the_browser()
    {
        using var server = new ScriptedServer().Answer(
            HttpStatusCode.OK, """{"key":"k"}""", "application/json", ("Set-Cookie", "csrftoken=c; path=/"), ("Set-Cookie", "sessionid=s; path=/; httponly"));

        var result = await server.Client().Auth.LoginAsync("ada", "secret", Cancel);

        Assert.Equal("k", result.Key);
        Assert.Equal(["csrftoken=c; path=/", "sessionid=s; path=/; httponly"], result.SetCookies);
    }

    [Fact]
    public async Task Every_request_carries_the_credentials()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.NoContent);

        await server.Client(request => request.Headers.Add("X-CSRFToken", "c")).Tasks.DeleteAsync(1, Cancel);

        Assert.Equal("c", server.Requests[0].Headers["X-CSRFToken"]);
    }

    [Fact]
    public async Task Waiting_ends_when_the_work_does_and_a_failure_is_a_result()
    {
        const string id = "action=create&target=task&target_id=7";
        var time = new FakeTimeProvider();
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.OK, """{"id":"x","status":"queued","progress":null}""")
            .Answer(HttpStatusCode.OK, """{"id":"x","status":"started","progress":0.5}""")
            .Answer(HttpStatusCode.OK, """{"id":"x","status":"failed","message":"b.png is no image"}""");
        var seen = new List<string>();

        var waiting = server.Client().Requests.WaitAsync(id, new Direct(request => seen.Add(request.Status)), time, Cancel);
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        var done = await waiting;
        Assert.Equal(("failed", "b.png is no image"), (done.Status, done.Message));
        Assert.Equal(["queued", "started", "failed"], seen);
        Assert.All(server.Requests, request => Assert.Equal("/api/requests/action%3Dcreate%26target%3Dtask%26target_id%3D7", request.Path));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed class Direct(Action<BackgroundRequest> report) : IProgress<BackgroundRequest>
    {
        public void Report(BackgroundRequest value) => report(value);
    }
}
