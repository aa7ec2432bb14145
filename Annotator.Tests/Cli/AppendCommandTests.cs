using Annotator.Cli;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Cli;

/// <summary><c>task append</c> with files that the server gets itself.</summary>
public sealed class AppendCommandTests(CloudyApp app) : IClassFixture<CloudyApp>, IDisposable
{
    private readonly CommandLine _files = new();
    private readonly byte[] _picture = Images.Encoded(".png");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Files_of_the_share_of_a_storage_and_of_addresses_are_added_behind_those_that_are_there()
    {
        var (owner, id) = await StartAsync();
        Write("append/2.png");
        app.S3.Put(CloudyApp.Bucket, "append/3.png", _picture);
        var storage = await app.ConnectAsync(owner);

        var share = await AppendAsync(id, "--server-files", "append/");
        var stored = await AppendAsync(id, "--from-storage", $"{storage}", "--server-files", "append/3.png", "--copy");
        var again = await AppendAsync(id, "--server-files", "append/2.png");

        Assert.Equal((OperationState.Finished, OperationState.Finished, OperationState.Failed), (share.State, stored.State, again.State));
        Assert.Contains("append/2.png is in the task already", again.Message);
        Assert.Equal("append/1.png append/2.png append/3.png", await NamesAsync(id));
        await using var db = app.Db();
        Assert.Equal(3, await db.Jobs.CountAsync(job => job.TaskId == id, Cancel));
        var web = await AppendAsync(id, "--urls", "http://127.0.0.1:9/4.png", "http://127.0.0.1:9/5.png");
        Assert.Contains("http://127.0.0.1:9/4.png", web.Arguments, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9/5.png", web.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_files_or_with_files_of_two_kinds_nothing_is_asked_for()
    {
        var (_, id) = await StartAsync();

        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "append", $"{id}")).Code);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "append", $"{id}", "--server-files", "a/", "--urls", "https://example.org/1.png")).Code);
        Assert.Equal(ExitCodes.BadUsage, (await RunAsync("task", "append", $"{id}", "--from-storage", "7")).Code);

        await using var db = app.Db();
        Assert.Equal(1, await db.Operations.CountAsync(row => row.TaskId == id, Cancel));
    }

    /// <summary>A task with one picture of the share, and its owner signed in.</summary>
    private async Task<(User Owner, int Id)> StartAsync()
    {
        Write("append/1.png");
        var owner = await app.Given.UserAsync();
        var (id, operation) = await app.TaskAsync(owner, new { server_files = new[] { "append/1.png" } });
        Assert.Equal(OperationState.Finished, operation.State);
        Assert.Equal(ExitCodes.Done, (await RunAsync("login", "http://localhost", "--username", owner.UserName!, "--password-stdin")).Code);
        return (owner, id);
    }

    /// <summary>Asks for more files and runs what was asked for.</summary>
    private async Task<Operation> AppendAsync(int id, params string[] source)
    {
        var (code, _, error) = await RunAsync(["task", "append", $"{id}", .. source, "--no-wait"]);
        Assert.True(code == ExitCodes.Done, error);
        await using var db = app.Db();
        return await app.RunAsync(await db.Operations.Where(row => row.TaskId == id && row.State == OperationState.Queued).Select(row => row.Key).SingleAsync(Cancel));
    }

    private async Task<string> NamesAsync(int id)
    {
        await using var db = app.Db();
        return string.Join(' ', await db.Frames.Where(frame => db.TaskData.Any(row => row.Id == frame.DataId && row.TaskId == id)).OrderBy(frame => frame.Number).Select(frame => frame.Name).ToListAsync(Cancel));
    }

    private void Write(string path)
    {
        var file = Path.Combine(app.Share.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, _picture);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => CommandLine.RunAsync(
        host => host with
        {
            Input = new StringReader(AnnotatorApp.Password + "\n"),
            Environment = name => name == "ANNOTATOR_CONFIG_DIR" ? _files.File("config") : null,
            Connect = server => new HttpClient(app.Handler()) { BaseAddress = server },
        },
        args);
}
