using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Security.Permissions;

/// <summary>
/// endpoints.csv times every endpoint: who gets through, who is told no (403), from whom it is hidden (404), who must say who he
/// is (401). "ok" means that the caller was let through, whatever the endpoint then made of an empty body. A new endpoint
/// without a line fails <see cref="Every_endpoint_has_a_line"/>.
/// </summary>
public sealed partial class EndpointPermissionTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static readonly string File = Path.Combine(Checkout.Root, "Annotator.Tests", "Security", "Permissions", "endpoints.csv");
    private static readonly string[] Callers = ["anonymous", "stranger", "job_worker", "task_assignee", "owner", "owner_worker", "owner_nogroup", "admin"];

    public sealed record Line(string Method, string Path, string Body, IReadOnlyList<string> Expected)
    {
        public override string ToString() => $"{Method} {Path} {Body}";
    }

    public static TheoryData<string> Lines => [.. Read().Select(line => line.ToString())];

    [Fact]
    public void Every_endpoint_has_a_line()
    {
        var known = Read().Select(line => $"{line.Method} {line.Path}").ToHashSet();
        var endpoints = Endpoints().ToHashSet();

        var missing = string.Join('\n', endpoints.Except(known).Order(StringComparer.Ordinal));
        Assert.True(missing.Length == 0, $"endpoints.csv has no line for\n{missing}");
        Assert.Empty(known.Except(endpoints));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Everybody_gets_the_answer_of_the_matrix(string name)
    {
        var line = Read().Single(line => line.ToString() == name);
        var seen = new List<string>();
        foreach (var caller in Callers)
        {
            seen.Add(await AskAsync(line, caller));
        }

        Assert.True(line.Expected.SequenceEqual(seen), $"{line} answered {string.Join(';', seen)}");
    }

    private async Task<string> AskAsync(Line line, string caller)
    {
        var scene = await SceneAsync(caller);
        if (line.Path.Contains("/data/video", StringComparison.Ordinal))
        {
            await MakeVideoAsync(scene.Task);
        }

        var client = scene.Caller is { } user ? app.As(user) : app.Anonymous();
        var answer = await client.Send(
            new HttpMethod(line.Method),
            Fill(line.Path, scene),
            line.Body.Length == 0 ? null : new StringContent(line.Body, Encoding.UTF8, "application/json"));
        Assert.True((int)answer.Status is < 500 or 501 or 502 or 503, $"{line} as {caller}: {(int)answer.Status} {answer.Body}");
        return answer.Status switch
        {
            HttpStatusCode.Unauthorized => "401",
            HttpStatusCode.Forbidden => "403",
            HttpStatusCode.NotFound => "404",
            _ => "ok",
        };
    }

    private sealed record Scene(User? Caller, Project Project, AnnotationTask Task, AnnotationJob Job, User Owner, AnnotationModel Model, CloudStorage Storage);

    /// <summary>A fresh project, task and job for every question, because answers may delete them.</summary>
    private async Task<Scene> SceneAsync(string caller)
    {
        var owner = await app.Given.UserAsync(caller switch
        {
            "owner_worker" => UserGroup.Worker,
            "owner_nogroup" => UserGroup.None,
            _ => UserGroup.User,
        });
        var other = caller switch
        {
            "anonymous" => null,
            "stranger" => await app.Given.UserAsync(),
            "job_worker" => await app.Given.UserAsync(UserGroup.Worker),
            "task_assignee" => await app.Given.UserAsync(),
            "admin" => await app.Given.AdminAsync(),
            _ => owner,
        };
        var project = await app.Given.ProjectAsync(owner, labels: ["car"]);
        var task = await app.Given.TaskAsync(owner, caller == "task_assignee" ? other : null, project, frames: 2);
        var job = task.Jobs[0];
        if (caller == "job_worker")
        {
            await using var db = app.Db();
            db.Attach(job);
            job.AssigneeId = other!.Id;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        return new Scene(other, project, task, job, owner, await app.Given.ModelAsync(owner), await app.Given.CloudStorageAsync(owner));
    }

    /// <summary>Says that the task's frames are of a video, and puts something where its bytes would be.</summary>
    private async Task MakeVideoAsync(AnnotationTask task)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var db = app.Db();
        var dataId = await db.TaskData.Where(data => data.TaskId == task.Id).Select(data => data.Id).SingleAsync(cancel);
        var original = DataKeys.Original(dataId, Guid.CreateVersion7(), 0);
        db.Videos.Add(new Video { DataId = dataId, Name = "street.mp4", Width = 64, Height = 64, BlobKey = original, ContentType = "video/mp4", DecoderCodec = "avc1.64001f" });
        db.Frames.AddRange(Enumerable.Range(0, 2).Select(number => new Frame { DataId = dataId, Number = number, VideoNumber = 0, VideoFrame = number, BlobKey = original }));
        await db.SaveChangesAsync(cancel);
        var blobs = app.Services.GetRequiredService<IBlobStore>();
        await blobs.WriteAsync(original, new MemoryStream([1]), cancel);
        await blobs.WriteAsync(DataKeys.VideoIndex(dataId, 0), new MemoryStream([1]), cancel);
        await blobs.WriteAsync(DataKeys.ProxyChunk(dataId, 0, new FrameRange(0, 1), 0, 1), new MemoryStream([1]), cancel);
    }

    private static string Fill(string path, Scene scene) => Parameters().Replace(path, parameter =>
    {
        var kind = path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1];
        var id = parameter.Groups[1].Value is "number" or "chunk" or "level" or "column" or "row"
            // There is no such frame: whoever gets through learns that, and nobody needs a picture.
            ? path.Contains("/tiles/", StringComparison.Ordinal) ? 9 : 0
            : parameter.Groups[1].Value != "id" ? (object)Guid.CreateVersion7() : kind switch
        {
            "projects" => scene.Project.Id,
            "tasks" => scene.Task.Id,
            "jobs" => scene.Job.Id,
            "labels" => scene.Project.Labels[0].Id,
            "users" => scene.Owner.Id,
            "models" => scene.Model.Id,
            "cloudstorages" => scene.Storage.Id,
            _ => 2_000_000,
        };
        return Convert.ToString(id, CultureInfo.InvariantCulture)!;
    });

    private IEnumerable<string> Endpoints() =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        let path = "/" + Constraints().Replace(endpoint.RoutePattern.RawText!.Trim('/'), "{$1}")
        where path.StartsWith("/api/", StringComparison.Ordinal)
        select $"{method} {path}";

    private static List<Line> Read() =>
    [
        .. from line in System.IO.File.ReadLines(File).Skip(1)
           where line.Length > 0
           let fields = line.Split(';')
           select new Line(fields[0], fields[1], fields[2], fields[3..]),
    ];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Constraints();
}
