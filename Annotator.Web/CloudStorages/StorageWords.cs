namespace Annotator.Web.CloudStorages;

/// <summary>The contract's words for cloud storages, and what people read.</summary>
public static class StorageWords
{
    public const string S3 = "AWS_S3_BUCKET";
    public const string Azure = "AZURE_CONTAINER";
    public const string Google = "GOOGLE_CLOUD_STORAGE";

    public static IReadOnlyList<(string Value, string Text)> Providers { get; } =
        [(S3, "Amazon S3 or compatible (MinIO, Ceph, …)"), (Azure, "Azure Blob Storage"), (Google, "Google Cloud Storage")];

    public static string Provider(string value) => Providers.FirstOrDefault(one => one.Value == value).Text ?? value;

    /// <summary>The kinds of credentials that a provider takes.</summary>
    public static IReadOnlyList<(string Value, string Text)> Credentials(string provider) => provider == Azure
        ? [("CONNECTION_STRING", "Connection string"), ("ACCOUNT_NAME_TOKEN_PAIR", "Account name and token"), ("ANONYMOUS_ACCESS", "None: it is open to everybody")]
        : [("KEY_SECRET_KEY_PAIR", provider == Google ? "HMAC key" : "Access key"), ("ANONYMOUS_ACCESS", "None: it is open to everybody")];

    /// <summary>Look, icon and words for a status.</summary>
    public static (string Look, string Icon, string Text) Status(string status) => status switch
    {
        "AVAILABLE" => ("ok", MudBlazor.Icons.Material.Outlined.CheckCircle, "Available"),
        "FORBIDDEN" => ("danger", MudBlazor.Icons.Material.Outlined.Block, "Access refused"),
        _ => ("warning", MudBlazor.Icons.Material.Outlined.CloudOff, "Not found"),
    };
}
