using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Annotator.Tests.Support;

/// <summary>What TUS clients send.</summary>
public static class Tus
{
    /// <summary>POST to an upload base.</summary>
    public static Task<Answer> Create(this HttpClient client, string path, string fileName, long length) => client.Post(
        path,
        null,
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Length", length.ToString(CultureInfo.InvariantCulture)),
        ("Upload-Metadata", "filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes(fileName))));

    /// <summary>PATCH of one piece.</summary>
    public static Task<Answer> Append(this HttpClient client, string location, long offset, byte[] piece)
    {
        var content = new ByteArrayContent(piece);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return client.Send(
            HttpMethod.Patch, location, content, ("Tus-Resumable", "1.0.0"), ("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)));
    }

    public static Task<Answer> Head(this HttpClient client, string location) =>
        client.Send(HttpMethod.Head, location, null, ("Tus-Resumable", "1.0.0"));

    public static string Header(this Answer answer, string name) => answer.Response.Headers.GetValues(name).Single();

    /// <summary>A whole file in pieces; returns the name by which a finish request refers to it.</summary>
    public static async Task<string> Upload(this HttpClient client, string path, string fileName, byte[] content, int pieceBytes = 10 << 20)
    {
        var created = (await client.Create(path, fileName, content.Length)).Is(HttpStatusCode.Created);
        var location = created.Response.Headers.Location!.ToString();
        for (var offset = 0; offset < content.Length; offset += pieceBytes)
        {
            var piece = content[offset..Math.Min(content.Length, offset + pieceBytes)];
            (await client.Append(location, offset, piece)).Is(HttpStatusCode.NoContent);
        }

        return created.Header("Upload-Filename");
    }
}
