using System.Net;
using System.Net.Http.Headers;
using Annotator.Core.Identity;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Media;

public sealed class TusTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];

    [Fact]
    public async Task An_upload_goes_on_where_it_stopped_and_keeps_its_folders_name()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);

        var created = (await client.Create(path, "trip/day 1/a.jpg", Content.Length)).Is(HttpStatusCode.Created);
        var location = created.Response.Headers.Location!;
        Assert.True(location.IsAbsoluteUri);
        Assert.Equal("trip%2Fday%201%2Fa.jpg", created.Header("Upload-Filename"));
        Assert.Equal("1.0.0", created.Header("Tus-Resumable"));

        var first = (await client.Append(location.ToString(), 0, Content[..400])).Is(HttpStatusCode.NoContent);
        Assert.Equal("400", first.Header("Upload-Offset"));

        // The page is opened again: what is unfinished is listed, and goes on at its offset.
        var listed = (await client.Get(path + "uploads")).Is(HttpStatusCode.OK).Body.EnumerateArray().Single();
        Assert.Equal("trip/day 1/a.jpg", listed.GetProperty("filename").GetString());
        Assert.Equal((1000, 400), (listed.GetProperty("length").GetInt64(), listed.GetProperty("offset").GetInt64()));
        Assert.Equal(location.ToString(), listed.GetProperty("url").GetString());
        Assert.Equal("400", (await client.Head(location.ToString())).Is(HttpStatusCode.OK).Header("Upload-Offset"));

        (await client.Append(location.ToString(), 400, Content[400..])).Is(HttpStatusCode.NoContent);
        Assert.Equal("1000", (await client.Head(location.ToString())).Header("Upload-Offset"));
        Assert.Empty((await client.Get(path + "uploads")).Body.EnumerateArray());
        Assert.Equal(Content, await StoredAsync());

        async Task<byte[]> StoredAsync()
        {
            var file = Assert.Single(Directory.GetFiles(Path.Combine(app.BlobFolder, path.Split('/')[2], path.Split('/')[3], "uploads"), "*", SearchOption.AllDirectories));
            return await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Files_that_arrived_whole_are_told_to_whoever_drops_them_again()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        var whole = (await client.Create(path, "whole.jpg", Content.Length)).Response.Headers.Location!.ToString();
        await client.Append(whole, 0, Content);
        var half = (await client.Create(path, "half.jpg", Content.Length)).Response.Headers.Location!.ToString();
        await client.Append(half, 0, Content[..400]);

        var listed = (await client.Get(path + "uploads?whole=true")).Is(HttpStatusCode.OK).Body.EnumerateArray()
            .Select(upload => (upload.GetProperty("filename").GetString(), upload.GetProperty("offset").GetInt64(), upload.GetProperty("url").GetString()));

        Assert.Equal([("half.jpg", 400, half), ("whole.jpg", 1000, whole)], listed.Order());
        (await client.Create(path, "whole.jpg", Content.Length)).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_piece_at_the_wrong_offset_is_refused_and_told_the_right_one()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        var location = (await client.Create(path, "a.jpg", 1000)).Response.Headers.Location!.ToString();
        await client.Append(location, 0, Content[..400]);

        var repeated = (await client.Append(location, 0, Content[..400])).Is(HttpStatusCode.Conflict);
        var ahead = (await client.Append(location, 500, Content[500..600])).Is(HttpStatusCode.Conflict);

        Assert.Equal("400", repeated.Header("Upload-Offset"));
        Assert.Equal("400", ahead.Header("Upload-Offset"));
    }

    [Theory]
    [InlineData("0.2.2")]
    [InlineData("1.0.1")]
    public async Task Another_version_of_the_protocol_is_refused_with_the_one_there_is_and_nothing_is_done(string version)
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        (string, string)[] file = [("Upload-Length", "1000"), ("Upload-Metadata", "filename YS5qcGc=")];

        var created = await client.Post(path, null, [("Tus-Resumable", version), .. file]);
        var unsaid = await client.Post(path, null, file);
        Assert.Empty((await client.Get(path + "uploads")).Body.EnumerateArray());
        var location = (await client.Create(path, "a.jpg", 1000)).Response.Headers.Location!.ToString();
        var asked = await client.Send(HttpMethod.Head, location, null, ("Tus-Resumable", version));
        var sent = await client.Send(HttpMethod.Patch, location, Piece(), ("Tus-Resumable", version), ("Upload-Offset", "0"));
        var dropped = await client.Send(HttpMethod.Delete, location, null, ("Tus-Resumable", version));

        Assert.All([created, unsaid, asked, sent, dropped], answer =>
        {
            Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (answer.Response.StatusCode, answer.Header("Tus-Version")));
            Assert.Equal("1.0.0", answer.Header("Tus-Resumable"));
        });
        Assert.Equal("0", (await client.Head(location)).Header("Upload-Offset"));
    }

    [Fact]
    public async Task Pieces_and_questions_of_clients_that_name_the_version_at_the_start_only_are_taken()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        var location = (await client.Create(path, "a.jpg", 1000)).Response.Headers.Location!.ToString();

        (await client.Send(HttpMethod.Patch, location, Piece(), ("Upload-Offset", "0"))).Is(HttpStatusCode.NoContent);

        Assert.Equal("400", (await client.Send(HttpMethod.Head, location, null)).Is(HttpStatusCode.OK).Header("Upload-Offset"));
    }

    private static ByteArrayContent Piece()
    {
        var content = new ByteArrayContent(Content[..400]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return content;
    }

    [Fact]
    public async Task Two_pieces_for_the_same_place_are_not_both_taken()
    {
        var (user, path) = await TaskAsync();
        var location = (await app.As(user).Create(path, "a.jpg", 1000)).Response.Headers.Location!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.As(user).Append(location, 0, Content[..600])));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NoContent), answer =>
        {
            answer.Is(HttpStatusCode.Conflict);
            Assert.Equal("600", answer.Header("Upload-Offset"));
        });
    }

    [Fact]
    public async Task A_piece_beyond_the_end_is_refused_whole()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        var location = (await client.Create(path, "a.jpg", 500)).Response.Headers.Location!.ToString();

        (await client.Append(location, 0, Content)).Is(HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("0", (await client.Head(location)).Header("Upload-Offset"));
    }

    [Fact]
    public async Task A_name_that_the_task_has_already_is_a_conflict_even_when_both_come_at_once()
    {
        var (user, path) = await TaskAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.As(user).Create(path, "same.jpg", 10)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Contains("same.jpg", answer.Is(HttpStatusCode.Conflict).Detail));
    }

    [Fact]
    public async Task An_upload_is_its_owners_alone_and_an_unknown_one_does_not_exist()
    {
        var (user, path) = await TaskAsync();
        var admin = await app.Given.AdminAsync();
        var stranger = await app.Given.UserAsync();
        var location = (await app.As(user).Create(path, "a.jpg", 10)).Response.Headers.Location!.ToString();

        (await app.As(admin).Head(location)).Is(HttpStatusCode.Forbidden);
        (await app.As(admin).Append(location, 0, Content[..10])).Is(HttpStatusCode.Forbidden);
        (await app.As(stranger).Append(location, 0, Content[..10])).Is(HttpStatusCode.NotFound);
        (await app.As(user).Head(path + Guid.CreateVersion7())).Is(HttpStatusCode.NotFound);
        (await app.As(user).Head(path + "no-upload")).Is(HttpStatusCode.NotFound);
        (await app.As(user).Append(path + "no-upload", 0, Content[..10])).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_is_refused_before_a_byte_is_sent_and_the_limit_is_named()
    {
        var (user, path) = await TaskAsync();

        var answer = await app.As(user).Create(path, "a.mp4", (25L << 30) + 1);

        Assert.Contains("26843545600", answer.Is(HttpStatusCode.RequestEntityTooLarge).Detail);
    }

    [Fact]
    public async Task Data_cannot_be_finished_while_a_file_is_half_there_and_says_which()
    {
        var (user, path) = await TaskAsync();
        var client = app.As(user);
        var location = (await client.Create(path, "half.jpg", 1000)).Response.Headers.Location!.ToString();
        await client.Append(location, 0, Content[..400]);

        var answer = await client.Post(path, new { image_quality = 70 }, ("Upload-Finish", "true"));

        Assert.Contains("half.jpg", answer.Is(HttpStatusCode.BadRequest)["client_files"][0].GetString());
    }

    private async Task<(User User, string Path)> TaskAsync()
    {
        var user = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(user);
        return (user, $"/api/tasks/{task.Id}/data/");
    }
}
