using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Annotator.Cli;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Cli;

/// <summary>Exports of several objects, and files that go to cloud storages and come from there.</summary>
public sealed class TransferCommandTests(CloudyApp app) : IClassFixture<CloudyApp>, IDisposable
{
    private const string Boxes = """{"images":[{"id":1,"file_name":"1.png","width":50,"height":30}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,10,10]}],"categories":[{"id":1,"name":"car"}]}""";
    private readonly CommandLine _files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Annotations_are_taken_from_a_storage_and_go_there_as_an_export_and_a_backup()
    {
        var (task, storage) = await StartAsync();
        app.S3.Put(CloudyApp.Bucket, "labels/boxes.json", Encoding.UTF8.GetBytes(Boxes));

        await DoneAsync("task", "import", task, "labels/boxes.json", "--from-storage", storage, "--format", "coco");
        var said = await DoneAsync("task", "export", task, "out/march.zip", "--to-storage", storage, "--format", "coco");
        await DoneAsync("task", "backup", task, "--to-storage", storage, "--output", "out/task.zip");
        var restored = JsonDocument.Parse(await DoneAsync("task", "restore", "out/task.zip", "--from-storage", storage, "--json")).RootElement.GetProperty("id").GetInt32();

        Assert.Contains($"out/march.zip is in cloud storage {storage}", said, StringComparison.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(app.S3.Find(CloudyApp.Bucket, "out/march.zip")!));
        using (var reader = new StreamReader(await zip.GetEntry("annotations/instances_default.json")!.OpenAsync(Cancel)))
        {
            Assert.Equal("1 2 10 10", string.Join(' ', JsonDocument.Parse(await reader.ReadToEndAsync(Cancel)).RootElement.GetProperty("annotations")[0].GetProperty("bbox").EnumerateArray().Select(number => number.GetDouble())));
        }

        await DoneAsync("task", "export", $"{restored}", _files.File("again.zip"), "--format", "coco");
        Assert.Contains("{\"rectangle\":1}", (await DoneAsync("dataset", "inspect", _files.File("again.zip"), "--json")).Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, (await RunAsync("task", "import", task, "labels/none.json", "--from-storage", storage, "--format", "coco")).Code);
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("task", "import", task, _files.File("none.json"))).Code);
    }

    [Fact]
    public async Task Several_tasks_go_into_one_file_with_images_made_anew()
    {
        var (one, _) = await StartAsync();
        var two = await TaskAsync();

        await DoneAsync("export", _files.File("both.zip"), "--task", one, "--task", two, "--format", "coco", "--image-size", "20", "--image-format", "webp");

        await using var zip = await ZipFile.OpenReadAsync(_files.File("both.zip"), Cancel);
        Assert.Equal(2, zip.Entries.Count(entry => entry.FullName.EndsWith(".webp", StringComparison.Ordinal)));
        Assert.Equal(ExitCodes.Failed, (await RunAsync("export", _files.File("both.zip"), "--task", one, "--format", "coco")).Code);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("export", _files.File("none.zip"), "--format", "coco")).Code);
        var small = await RunAsync("export", _files.File("none.zip"), "--task", one, "--format", "coco", "--image-size", "3");
        Assert.Contains("max_size must be", small.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_files.File("none.zip")));
    }

    /// <summary>A task with one picture of a new user's, who is signed in and has a storage.</summary>
    private async Task<(string Task, string Storage)> StartAsync()
    {
        var owner = await app.Given.UserAsync();
        await DoneAsync("login", "http://localhost", "--username", owner.UserName!, "--password-stdin");
        return (await TaskAsync(), $"{await app.ConnectAsync(owner)}");
    }

    private async Task<string> TaskAsync()
    {
        await File.WriteAllBytesAsync(_files.File("1.png"), Images.Encoded(".png", 50, 30), Cancel);
        var task = JsonDocument.Parse(await DoneAsync("task", "create", "Monday", _files.File("1.png"), "--label", "car", "--json")).RootElement;
        return $"{task.GetProperty("id").GetInt32()}";
    }

    private async Task<string> DoneAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.True(code == ExitCodes.Done, $"{string.Join(' ', args)}: {error}");
        return output;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => CommandLine.RunAsync(
        host => host with
        {
            Input = new StringReader(AnnotatorApp.Password + "\n"),
            Environment = name => name == "ANNOTATOR_CONFIG_DIR" ? _files.File("config") : null,
            Connect = server => new HttpClient(new WorkerThatIsAsked(app.Handler(), app.Db, app.Worker)) { BaseAddress = server },
        },
        args);
}
