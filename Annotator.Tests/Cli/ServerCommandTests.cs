using System.Text.Json;
using Annotator.Cli;
using Annotator.Core.Identity;
using Annotator.Tests.Contract;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Inference;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Cli;

/// <summary>The commands against the real Api, and a Worker that does what they ask for when they wait for it.</summary>
public sealed class ServerCommandTests(ContractApp app) : IClassFixture<ContractApp>, IDisposable
{
    private readonly CommandLine _files = new();
    private readonly List<string> _asked = [];
    private string _input = AnnotatorApp.Password + "\n";

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_task_is_made_handed_out_imported_into_and_exported_from_the_command_line()
    {
        var user = await app.Given.UserAsync();
        foreach (var name in new[] { "a.png", "b.png", "deep/c.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_files.File("photos/" + name))!);
            await File.WriteAllBytesAsync(_files.File("photos/" + name), Images.Encoded(".png", 50, 30), TestContext.Current.CancellationToken);
        }

        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");
        var project = await JsonAsync("project", "create", "Street", "--label", "car:rectangle", "--label", "tree");
        var projectId = project.GetProperty("id").GetInt32().ToString();
        var task = await JsonAsync("task", "create", "Monday", _files.File("photos"), "--project", projectId, "--segment-size", "2", "--subset", "train", "--parallel", "2");
        var taskId = task.GetProperty("id").GetInt32().ToString();
        Assert.Equal((3, 2), (task.GetProperty("size").GetInt32(), task.GetProperty("jobs").GetProperty("count").GetInt32()));

        var jobs = await JsonAsync("job", "list", "--task", taskId, "--sort", "id");
        var jobId = jobs[0].GetProperty("id").GetInt32().ToString();
        var assigned = await JsonAsync("job", "assign", jobId, "--to", user.UserName!);
        var moved = await JsonAsync("job", "move", jobId, "--stage", "validation", "--state", "completed");
        Assert.Equal(user.UserName, assigned[0].GetProperty("assignee").GetProperty("username").GetString());
        Assert.Equal(("validation", "completed"), (moved[0].GetProperty("stage").GetString(), moved[0].GetProperty("state").GetString()));

        await File.WriteAllTextAsync(_files.File("boxes.json"), """{"images":[{"id":1,"file_name":"a.png","width":50,"height":30}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,10,10]}],"categories":[{"id":1,"name":"car"}]}""", TestContext.Current.CancellationToken);
        var dry = await DoneAsync("task", "import", taskId, _files.File("boxes.json"), "--dry-run");
        Assert.Contains("Would import", dry, StringComparison.Ordinal);
        await DoneAsync("task", "import", taskId, _files.File("boxes.json"), "--format", "coco");
        await DoneAsync("task", "export", taskId, _files.File("out.zip"), "--format", "cvat for images", "--save-images");
        var exported = await JsonAsync("dataset", "inspect", _files.File("out.zip"));
        Assert.Equal(("CVAT 1.1", 3, "{\"rectangle\":1}"), (exported.GetProperty("format").GetString(), exported.GetProperty("images").GetInt32(), JsonSerializer.Serialize(exported.GetProperty("annotations"))));

        await DoneAsync("task", "backup", taskId, "--output", _files.File("task.zip"));
        var backup = await JsonAsync("dataset", "inspect", _files.File("task.zip"));
        Assert.Equal(("CVAT backup 1.0", 3, "{\"rectangle\":1}"), (backup.GetProperty("format").GetString(), backup.GetProperty("images").GetInt32(), JsonSerializer.Serialize(backup.GetProperty("annotations"))));
        Assert.Equal(ExitCodes.Failed, (await RunAsync("task", "backup", taskId, "--output", _files.File("task.zip"))).Code);
        Directory.CreateDirectory(_files.File("backups"));
        await DoneAsync("project", "backup", projectId, "--output", _files.File("backups"));
        Assert.Matches("^project_street_backup_[0-9_]{19}.zip$", Path.GetFileName(Assert.Single(Directory.GetFiles(_files.File("backups")))));

        var labels = await JsonAsync("label", "list", "--project", projectId);
        Assert.Equal(["car rectangle", "tree any"], labels.EnumerateArray().Select(label => $"{label.GetProperty("name")} {label.GetProperty("type")}"));
        await DoneAsync("label", "create", "--project", projectId, "--label", "bus");
        await DoneAsync("label", "update", labels[1].GetProperty("id").GetInt32().ToString(), "--name", "oak");
        await DoneAsync("project", "update", projectId, "--name", "Road", "--assignee", user.UserName!);
        Assert.Contains("bus", await DoneAsync("project", "show", projectId), StringComparison.Ordinal);
        Assert.Contains("finished", await DoneAsync("request", "list"), StringComparison.Ordinal);
        await DoneAsync("task", "delete", taskId, "--yes");
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("task", "show", taskId)).Code);
    }

    [Fact]
    public async Task Frames_of_a_task_come_as_files_of_their_numbers()
    {
        var user = await app.Given.UserAsync();
        Directory.CreateDirectory(_files.File("films"));
        await File.WriteAllBytesAsync(_files.File("films/street.mp4"), await PaintedVideo.BytesAsync(20), TestContext.Current.CancellationToken);
        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");
        var task = await JsonAsync("task", "create", "Street", _files.File("films"), "--label", "car");
        var taskId = task.GetProperty("id").GetInt32().ToString();

        await DoneAsync("task", "frames", taskId, "--out", _files.File("out"), "--frames", "3,17-");
        var again = await DoneAsync("task", "frames", taskId, "--out", _files.File("out"), "--frames", "3-5", "--quality", "compressed");

        Assert.Contains("1 were there already", again, StringComparison.Ordinal);
        var files = Directory.GetFiles(_files.File("out")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["000003.jpg", "000004.jpg", "000005.jpg", "000017.jpg", "000018.jpg", "000019.jpg"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.Equal(int.Parse(Path.GetFileNameWithoutExtension(file)), PaintedVideo.NumberOnFile(file)));
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("task", "frames", taskId, "--out", _files.File("out"), "--frames", "20")).Code);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "frames", taskId, "--out", _files.File("out"), "--frames", "5-3")).Code);
    }

    [Fact]
    public async Task A_model_is_uploaded_shown_run_over_a_video_and_its_tracks_are_followed_from_the_command_line()
    {
        var admin = await app.Given.AdminAsync();
        await DoneAsync("login", "http://localhost", "--username", admin.UserName!, "--password-stdin");
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places);
        await File.WriteAllBytesAsync(_files.File("cats.onnx"), graph.Metadata("task", "detect").Metadata("names", "{0: 'cat'}").ToBytes(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_files.File("bad.onnx"), "this is no model", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(_files.File("films"));
        await File.WriteAllBytesAsync(_files.File("films/street.mp4"), await PaintedVideo.BytesAsync(6), TestContext.Current.CancellationToken);

        var model = await JsonAsync("model", "upload", _files.File("cats.onnx"), "--license", "MIT", "--visibility", "everyone");
        var modelId = model.GetProperty("id").GetInt32().ToString();
        Assert.Equal(("cats", "ready", "detector"), (model.GetProperty("name").GetString(), model.GetProperty("state").GetString(), model.GetProperty("kind").GetString()));
        Assert.Contains("cats", await DoneAsync("models", "list", "--kind", "detector"), StringComparison.Ordinal);
        Assert.Contains("CPU", await DoneAsync("model", "show", modelId), StringComparison.Ordinal);
        await DoneAsync("model", "update", modelId, "--notes", "of the test");
        await DoneAsync("model", "check", modelId);
        var (refused, _, _) = await RunAsync("model", "upload", _files.File("bad.onnx"));
        Assert.Equal(ExitCodes.Failed, refused);

        var task = await JsonAsync("task", "create", "Street", _files.File("films"), "--label", "animal");
        var taskId = task.GetProperty("id").GetInt32().ToString();
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("auto-annotate", modelId)).Code);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("auto-annotate", modelId, "--task", taskId, "--map", "cat")).Code);
        var boxes = await JsonAsync("auto-annotate", modelId, "--task", taskId, "--map", "cat=animal@0.5", "--frames", "0-1");
        Assert.Equal("2 objects on 2 frames.", boxes.GetProperty("message").GetString());
        await DoneAsync("auto-annotate", modelId, "--task", taskId, "--map", "cat=animal", "--threshold", "0.3", "--tracks", "--replace");
        var jobId = (await JsonAsync("job", "list", "--task", taskId))[0].GetProperty("id").GetInt32();
        var there = (await app.As(admin).Get($"/api/jobs/{jobId}/annotations")).Is(System.Net.HttpStatusCode.OK);
        Assert.Equal(0, there["shapes"].GetArrayLength());
        var track = there["tracks"].EnumerateArray().Single();
        Assert.Equal([0, 5], track.GetProperty("shapes").EnumerateArray().Select(shape => shape.GetProperty("frame").GetInt32()));

        var followed = await DoneAsync("job", "track", jobId.ToString(), "--object", $"track:{track.GetProperty("id").GetInt64()}", "--frame", "0", "--frames", "3", "--tracker", "correlation");
        Assert.Contains("followed to frame", followed, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, (await RunAsync("job", "track", jobId.ToString(), "--object", "track:987654", "--frame", "0")).Code);
        await DoneAsync("model", "delete", modelId, "--yes");
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("model", "show", modelId)).Code);
    }

    [Fact]
    public async Task An_upload_that_was_broken_off_goes_on_with_what_is_missing()
    {
        var user = await app.Given.UserAsync();
        await File.WriteAllBytesAsync(_files.File("a.png"), Images.Encoded(".png", 50, 30), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_files.File("b.png"), Images.Encoded(".png", 40, 20), TestContext.Current.CancellationToken);
        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");
        var task = await JsonAsync("task", "create", "Broken", "--label", "car");
        var taskId = task.GetProperty("id").GetInt32().ToString();
        await app.As(user).Upload($"/api/tasks/{taskId}/data/", "a.png", await File.ReadAllBytesAsync(_files.File("a.png"), TestContext.Current.CancellationToken));
        _asked.Clear();

        var ready = await JsonAsync("task", "upload", taskId, _files.File("a.png"), _files.File("b.png"));

        Assert.Equal(2, ready.GetProperty("size").GetInt32());
        Assert.Single(_asked, asked => asked.StartsWith("PATCH ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_tasks_are_made_and_named_by_one_template_and_one_that_fails_does_not_keep_the_others()
    {
        var user = await app.Given.UserAsync();
        foreach (var (name, size) in new[] { ("red/1.png", 10), ("red/2.png", 12), ("blue/1.png", 14) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_files.File(name))!);
            await File.WriteAllBytesAsync(_files.File(name), Images.Encoded(".png", size, size), TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(_files.File("bad.zip"), "this is no archive", TestContext.Current.CancellationToken);
        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");

        var (code, output, _) = await RunAsync("task", "create", "{{index}} {{file_name}}", _files.File("red"), _files.File("bad.zip"), _files.File("blue"), "--bulk", "--label", "car", "--json");

        var tasks = JsonDocument.Parse(output).RootElement.EnumerateArray().ToList();
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal(["1 red", "2 bad", "3 blue"], tasks.Select(task => task.GetProperty("name").GetString()));
        Assert.Equal([2, null, 1], tasks.Select(task => task.GetProperty("frames").ValueKind == JsonValueKind.Null ? (int?)null : task.GetProperty("frames").GetInt32()));
        Assert.Contains("bad.zip", tasks[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "create", "x", "--bulk", "--label", "car")).Code);
    }

    [Fact]
    public async Task Work_that_failed_ends_with_one_and_says_why()
    {
        var user = await app.Given.UserAsync();
        await File.WriteAllTextAsync(_files.File("no.png"), "this is no image", TestContext.Current.CancellationToken);
        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");

        var (code, _, error) = await RunAsync("task", "create", "Bad", _files.File("no.png"), "--label", "car");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("create:task failed: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_are_made_changed_and_deleted_with_ones_own_password_and_not_with_the_token()
    {
        var admin = await app.Given.UserAsync(UserGroup.Admin);
        await DoneAsync("login", "http://localhost", "--username", admin.UserName!, "--password-stdin");
        var name = "bob" + Guid.CreateVersion7().ToString("N");
        _input = $"{AnnotatorApp.Password}\nlong enough for Bob 1\n";

        var made = await JsonAsync("user", "create", name, "--email", name + "@example.org", "--group", "worker", "--own-password-stdin", "--password-stdin");
        var id = made.GetProperty("id").GetInt32().ToString();
        await DoneAsync("user", "update", id, "--first-name", "Bob", "--own-password-stdin");
        Assert.Contains("Bob", await DoneAsync("user", "show", id), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("user", "delete", id, "--yes")).Code);
        _input = "something else\n";
        Assert.Equal(ExitCodes.NotPermitted, (await RunAsync("user", "delete", id, "--yes", "--own-password-stdin")).Code);
        _input = AnnotatorApp.Password + "\n";
        await DoneAsync("user", "delete", id, "--yes", "--own-password-stdin");
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("user", "show", id)).Code);
    }

    [Fact]
    public async Task What_is_said_wrongly_makes_nothing()
    {
        var user = await app.Given.UserAsync();
        await File.WriteAllBytesAsync(_files.File("a.png"), Images.Encoded(".png"), TestContext.Current.CancellationToken);
        await DoneAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin");

        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "create", "x", _files.File("a.png"), "--quality", "200", "--label", "car")).Code);
        var (code, _, error) = await RunAsync("task", "create", "x", _files.File("a.png"), "--label", "car:rectangel");
        Assert.Equal(ExitCodes.BadUsage, code);
        Assert.Contains("rectangle", error, StringComparison.Ordinal);
        Assert.Empty((await JsonAsync("task", "list")).EnumerateArray());
        var label = (await JsonAsync("project", "create", "p", "--label", "a:b:any")).GetProperty("id").GetInt32().ToString();
        Assert.Equal("a:b", (await JsonAsync("label", "list", "--project", label))[0].GetProperty("name").GetString());
        _input = "not it\n";
        Assert.Equal(ExitCodes.NotPermitted, (await RunAsync("login", "http://localhost", "--username", user.UserName!, "--password-stdin")).Code);
    }

    [Fact]
    public async Task Somebody_elses_task_is_not_there_for_others()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var task = await app.Given.TaskAsync(owner, labels: ["car"]);
        await DoneAsync("login", "http://localhost", "--username", other.UserName!, "--password-stdin");

        Assert.Equal(ExitCodes.NotFound, (await RunAsync("task", "show", task.Id.ToString())).Code);
    }

    private async Task<string> DoneAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.True(code == ExitCodes.Done, $"{string.Join(' ', args)}: {error}");
        return output;
    }

    private async Task<JsonElement> JsonAsync(params string[] args) => JsonDocument.Parse(await DoneAsync([.. args, "--json"])).RootElement;

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => CommandLine.RunAsync(
        host => host with
        {
            Input = new StringReader(_input),
            Environment = name => name == "ANNOTATOR_CONFIG_DIR" ? _files.File("config") : null,
            Connect = server => new HttpClient(new WorkerThatIsAsked(app.Handler(), app.Db, app.Worker, _asked)) { BaseAddress = server },
        },
        args);
}
