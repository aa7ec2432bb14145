using System.Net;
using System.Text;
using Annotator.Tests.Support;

namespace Annotator.Tests.Security;

/// <summary>What strangers may try with files, and the clear answer to each.</summary>
public sealed class UploadsTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    public static TheoryData<string> HostileNames =>
    [
        "../evil.jpg", "a/../../evil.jpg", "..\\evil.jpg", "/etc/passwd", "\\\\server\\share\\a.jpg", "C:\\Windows\\a.jpg", "a\0.jpg", "a\n.jpg", "folder/",
        "..", " ", new string('x', 1025),
    ];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task A_name_that_leads_elsewhere_is_refused_by_TUS(string name)
    {
        var path = await DataAsync();

        var answer = await app.As(path.User).Create(path.Path, name, 10);

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest).Detail);
        Assert.Empty((await app.As(path.User).Get(path.Path + "uploads")).Body.EnumerateArray());
    }

    [Fact]
    public async Task One_bad_name_in_a_group_keeps_the_whole_group_out()
    {
        var (user, path) = await DataAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("70"), "image_quality" },
            { new ByteArrayContent([1, 2, 3]), "client_files[0]", "good.jpg" },
            { new ByteArrayContent([1, 2, 3]), "client_files[1]", "../evil.jpg" },
        };

        (await app.As(user).Post(path, form, ("Upload-Multiple", "true"))).Is(HttpStatusCode.BadRequest);

        Assert.False(Directory.Exists(Path.Combine(app.BlobFolder, "tasks")) && Directory.GetFiles(Path.Combine(app.BlobFolder, "tasks", path.Split('/')[3]), "*", SearchOption.AllDirectories).Length > 0);
        (await app.As(user).Create(path, "good.jpg", 3)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_nothing_behind()
    {
        var (user, path) = await DataAsync();
        const string Boundary = "cut";
        var text = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"client_files[0]\"; filename=\"a.jpg\"\r\n\r\nhalf a photo";
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        body.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={Boundary}");

        (await app.As(user).Post(path, body, ("Upload-Multiple", "true"))).Is(HttpStatusCode.BadRequest);

        (await app.As(user).Create(path, "a.jpg", 3)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_empty_annotation_file_is_refused_by_name()
    {
        var user = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(user);
        var client = app.As(user);
        var path = $"/api/jobs/{job.Id}/annotations/?format=COCO%201.0";

        var created = (await client.Create(path, "empty.zip", 0)).Is(HttpStatusCode.Created);
        (await client.Append(created.Response.Headers.Location!.ToString(), 0, [])).Is(HttpStatusCode.NoContent);
        var answer = await client.Post($"{path}&filename={created.Header("Upload-Filename")}", null, ("Upload-Finish", "true"));

        Assert.Contains("empty.zip", answer.Is(HttpStatusCode.BadRequest)["filename"][0].GetString());
    }

    [Fact]
    public async Task Nobody_imports_a_file_that_somebody_else_uploaded()
    {
        var owner = await app.Given.UserAsync();
        var assignee = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner, assignee);
        var path = $"/api/jobs/{job.Id}/annotations/?format=COCO%201.0";
        var name = await app.As(owner).Upload(path, "mine.zip", [1, 2, 3]);

        (await app.As(assignee).Post($"{path}&filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Files_of_the_server_cannot_be_had_where_no_folder_is_shared()
    {
        var (user, path) = await DataAsync();

        foreach (var name in new[] { "/etc", "../../etc/passwd", "photos" })
        {
            (await app.As(user).Post(path, new { server_files = new[] { name } })).Is(HttpStatusCode.BadRequest);
        }
    }

    private async Task<(Core.Identity.User User, string Path)> DataAsync()
    {
        var user = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(user);
        return (user, $"/api/tasks/{task.Id}/data/");
    }
}
